"""Every message, as a client that is not ours hears it at a real broker, against the schemas the province is given."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

import jsonschema
import pytest

from gateway.config import load
from gateway.describe import describe_gateway
from gateway.uplink import Uplink
from tests.brokers import HANG_S, DemoBroker, mosquitto, table
from tests.houses import note, receiving, up
from tests.road import SITE, PackingHouse, packing_house
from tests.test_conditions import watched
from tests.test_envelope import PROVINCE, validator

__all__ = ["mosquitto"]

BASE = f"packhouse/v1/{SITE.id}/gw-1"
SCHEMAS = {
    r"events/(json|gzip)": "events.schema.json",
    r"telemetry/(json|gzip)": "telemetry.schema.json",
    r"state": "state.schema.json",
    r"alarm/[0-9a-f-]{36}": "alarm.schema.json",
    r"ack/telemetry": "telemetry-acknowledgement.schema.json",
    r"ack/[0-9a-f-]{36}": "acknowledgement.schema.json",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as mosquitto_sub tells it."""

    path: str
    retained: bool
    payload: bytes

    @property
    def document(self) -> Any:
        return json.loads(gzip.decompress(self.payload) if self.path.endswith("/gzip") else self.payload)


class Ear:
    """Everything mosquitto_sub has heard so far."""

    def __init__(self, lines: asyncio.StreamReader) -> None:
        self.heard: list[Heard] = []
        self._lines = lines

    async def until(self, path: str, **words: object) -> Any:
        """Listen until a message whose topic fits has these words at its top; an empty one is None."""
        async with asyncio.timeout(HANG_S):
            while True:
                for message in self.heard:
                    if re.fullmatch(path, message.path):
                        document = message.document if message.payload else None
                        if not words or (isinstance(document, dict) and words.items() <= document.items()):
                            return document
                topic, retained, payload = (await self._lines.readline()).decode().rstrip("\n").split(" ")
                self.heard.append(Heard(topic.removeprefix(f"{BASE}/"), retained == "1", bytes.fromhex(payload)))


@asynccontextmanager
async def listening(broker: DemoBroker) -> AsyncIterator[Ear]:
    command = ["mosquitto_sub", "-p", str(broker.port), "-q", "1", "-t", "packhouse/#", "-F", "%t %r %x"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, limit=2**24)
    assert process.stdout is not None
    try:
        yield Ear(process.stdout)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def uplink_of(house: PackingHouse, broker: DemoBroker) -> Uplink:
    config = load(Path(__file__).parents[1] / "config" / "gateway.toml")
    return Uplink(
        house.journal,
        table(broker),
        SITE,
        "gw-1",
        public_key=house.journal.public_key,
        describe=lambda: describe_gateway(config, house.house.clock),
        readings=house.readings,
    )


def wrong(heard: list[Heard]) -> Iterator[str]:
    """Say of each message what its schema has against it."""
    for message in heard:
        (name,) = [name for form, name in SCHEMAS.items() if re.fullmatch(form, message.path)][:1]
        if message.payload:
            for error in validator(name).iter_errors(message.document):
                yield f"{message.path}: {error.json_path}: {error.message}"


@pytest.mark.skipif(which("mosquitto_sub") is None, reason="mosquitto-clients is not installed")
async def test_every_message_is_as_its_schema_says(mosquitto: DemoBroker, tmp_path: Path) -> None:
    async with listening(mosquitto) as ear, packing_house(tmp_path, judges=watched) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.25")
        await house.journal.record(*(note() for _ in range(60)))
        await house.measures("9.5")
        await house.readings.flush()
        link = uplink_of(house, mosquitto)
        subscribed = asyncio.Event()
        async with receiving(mosquitto, tmp_path / "receiver.db", ready=subscribed.set):
            await subscribed.wait()
            await _a_day(house, link, ear)
        await ear.until("state", state="offline")
        seen = {form for form in SCHEMAS for message in ear.heard if re.fullmatch(form, message.path)}
        assert seen == SCHEMAS.keys()
        assert list(wrong(ear.heard)) == []


async def _a_day(house: PackingHouse, link: Uplink, ear: Ear) -> None:
    async with up(link):
        await ear.until("events/gzip")
        await ear.until("telemetry/json", lane="replayed")
        await ear.until("ack/telemetry", row=1)
        await house.passes(121)
        alarm = await ear.until("alarm/.*", state="raised", rule="cold-chain")
        await house.load("pack-scale", "10.75")
        await ear.until("events/json")
        await ear.until(f"ack/{house.journal.epoch}", seq=house.journal.last_seq)
        await house.measures("3.0")
        assert await ear.until(f"alarm/{alarm['id']}") is not None
        ear.heard = [message for message in ear.heard if not message.path.startswith("alarm")]
        assert await ear.until(f"alarm/{alarm['id']}") is None, "cleared"


@pytest.mark.skipif(which("mosquitto_sub") is None, reason="mosquitto-clients is not installed")
async def test_an_alarm_of_the_gateway_itself_stands_at_the_broker_until_it_is_over(
    mosquitto: DemoBroker, tmp_path: Path
) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
    (tmp_path / "journal.db").write_bytes(b"garbage" * 1000)
    async with packing_house(tmp_path, house.time, judges=watched, check_after_s=0.0) as house:
        await house.checked()
        await house.passes(1)
        async with listening(mosquitto) as ear, up(uplink_of(house, mosquitto)):
            standing = await ear.until("alarm/.*", rule="journal-damaged")
            assert list(wrong(ear.heard)) == []
    async with listening(mosquitto) as ear:  # whoever comes later hears of it from the broker
        assert await ear.until("alarm/.*", rule="journal-damaged") == standing
        assert ear.heard[-1].retained
    (tmp_path / "journal.damaged-1.db").rename(tmp_path / "salvage.db")
    async with packing_house(tmp_path, house.time, judges=watched, check_after_s=0.0) as house:
        await house.checked()
        await house.passes(1)
        async with listening(mosquitto) as ear, up(uplink_of(house, mosquitto)):
            await ear.until("state", state="online")
            async with asyncio.timeout(HANG_S):
                while [message.payload for message in ear.heard if message.path.startswith("alarm")][-1:] != [b""]:
                    ear.heard = [message for message in ear.heard if not message.path.startswith("alarm")]
                    await ear.until("alarm/.*")


@pytest.mark.parametrize(
    ("schema", "payload"),
    [
        ("acknowledgement", {"epoch": "e", "seq": -1, "hash": "00" * 32}),
        ("acknowledgement", {"epoch": "e", "seq": 1, "hash": "00"}),
        ("acknowledgement", {"epoch": "a b", "seq": 1, "hash": "00" * 32}),
        ("telemetry-acknowledgement", {"store": "s"}),
        ("telemetry-acknowledgement", {"store": "s", "row": 1.5}),
        ("state", {"state": "asleep"}),
        ("state", {"state": "online", "epoch": "e"}),
        ("alarm", {"id": "x", "state": "cleared"}),
    ],
)
def test_what_is_not_as_sent_is_refused(schema: str, payload: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validator(f"{schema}.schema.json").validate(payload)


def test_every_schema_of_a_message_is_tried_here() -> None:
    coming_down = {"registers.schema.json"}  # tests/test_registers.py
    assert {path.name for path in PROVINCE.glob("*.schema.json")} == set(SCHEMAS.values()) | coming_down
