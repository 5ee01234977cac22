"""A register published at a real broker changes what the gate answers, also after a start without a network."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from gateway.cli.demo_broker import DemoBroker
from gateway.errors import UplinkError
from gateway.record.register_book import RegisterBook
from gateway.registers.table import RegistersTable
from gateway.uplink import Uplink
from tests.brokers import HANG_S, mosquitto, running, table, until  # noqa: F401 - a fixture
from tests.facts import SITE
from tests.road import REGISTERS, PackingHouse, packing_house
from tests.test_registers import AREA, SUSPENDED, sent
from tests.test_reload import RunningGateway
from tests.test_reload import running as running_gateway

TOPIC = f"packhouse/v1/{SITE.id}/register/areas"


@asynccontextmanager
async def gate(directory: Path, **more: Any) -> AsyncIterator[tuple[PackingHouse, RegisterBook]]:
    """Open a house at its gate, with the book of registers as the daemon has it."""
    async with packing_house(directory, **more) as house:
        book = RegisterBook(directory, RegistersTable(), REGISTERS, member=True)
        house.house.registers = book.merged
        await house.scan("gate-scanner", "OP-07")
        yield house, book


async def publish(broker: DemoBroker, payload: bytes, topic: str = TOPIC) -> None:
    """Publish as the province does, with mosquitto's own client, retained."""
    client = await asyncio.create_subprocess_exec(
        "mosquitto_pub", "-h", "127.0.0.1", "-p", str(broker.port), "-q", "1", "-r", "-t", topic, "-s",
        stdin=asyncio.subprocess.PIPE,
    )  # fmt: skip
    await client.communicate(payload)
    assert client.returncode == 0


async def answer(house: PackingHouse) -> str:
    """Scan the farm's card and give the sentence it was refused with; empty when it was not."""
    before = len(await house.bodies("refused"))
    await house.scan("gate-scanner", "FARM-0042")
    return "".join(body["sentence"] for body in (await house.bodies("refused"))[before:])


def uplink(house: PackingHouse, book: RegisterBook, broker: DemoBroker) -> Uplink:
    async def hear(name: str, payload: bytes) -> None:
        await book.hear(name, payload, house.house, house.recorder.owe)

    journal = house.journal
    return Uplink(journal, table(broker), SITE, "gw-1", public_key=journal.public_key, describe=dict, on_register=hear)


async def test_a_suspended_area_is_refused_at_the_gate_and_offline_after_a_restart(
    tmp_path: Path,
    mosquitto: DemoBroker,  # noqa: F811 - the fixture
) -> None:
    async with gate(tmp_path / "data") as (house, book):
        await publish(mosquitto, sent(**SUSPENDED))
        async with running(uplink(house, book, mosquitto).run(), "uplink"):
            await until(lambda: book.versions == {"areas": 1}, "the register came down")
            assert await answer(house) == "area_suspended"
            await publish(mosquitto, b"{no register")
            await until(lambda: "areas" in book.troubles, "the bad one was refused")
            assert await answer(house) == "area_suspended"
            assert house.view("gate").lot is None
        await house.recorder.keep_owed()
        taken, refused = (await house.bodies("register")), (await house.bodies("register-refused"))
        assert [(body["register"], body["version"], body["rows"]) for body in taken] == [("areas", 1, 1)]
        assert [body["register"] for body in refused] == ["areas"]
    async with gate(tmp_path / "data") as (house, book):  # nothing to connect to
        assert book.versions == {"areas": 1}
        assert await answer(house) == "area_suspended"


async def test_an_area_given_free_again_is_taken_without_a_restart(
    tmp_path: Path,
    mosquitto: DemoBroker,  # noqa: F811 - the fixture
) -> None:
    async with gate(tmp_path / "data") as (house, book):
        async with running(uplink(house, book, mosquitto).run(), "uplink"):
            await publish(mosquitto, sent(version=7, **SUSPENDED))
            await until(lambda: book.versions == {"areas": 7}, "suspended")
            await publish(mosquitto, sent(version=8, **{AREA: {"status": "active"}}))
            await until(lambda: book.versions == {"areas": 8}, "free again")
        assert await answer(house) == ""
        assert house.view("gate").lot is not None


@pytest.mark.slow
async def test_the_daemon_itself_hears_it_and_says_so_at_the_gate(
    tmp_path: Path,
    mosquitto: DemoBroker,  # noqa: F811 - the fixture
) -> None:
    topic = "packhouse/v1/durian-01/register/areas"
    await publish(mosquitto, sent(**SUSPENDED), topic)
    async with running_gateway(tmp_path / "d", mosquitto.port) as daemon:
        await tells(daemon, lambda registers: registers["versions"] == {"areas": 1})

        def says(words: str) -> Callable[[dict[str, Any]], bool]:
            return lambda line: words in str(line["sentence"])

        async with daemon.saying("gate-scanner", b"OP-01\r\n"):
            await daemon.shows("gate", lambda line: line["operator"] == "OP-01")
        empty = daemon.saying("gate-scale", b"=0000.00(kg)\r\n")
        async with empty, daemon.saying("gate-scanner", b"FARM-0042\r\n"):
            await daemon.shows("gate", says("Vùng trồng này đang bị tạm dừng"))
        await publish(mosquitto, b"{", topic)
        await tells(daemon, lambda registers: "areas" in registers["troubles"])
        status = await asyncio.to_thread(CliRunner().invoke, app, ["status", "--config", str(daemon.config)])
        assert "areas 1" in status.output
        assert "areas: no JSON" in status.output
        assert await daemon.end() == 0


async def tells(daemon: RunningGateway, right: Callable[[dict[str, Any]], bool]) -> None:
    """Wait until the daemon says what is wanted of its registers."""
    async with asyncio.timeout(HANG_S):
        while not right((await daemon.house())["registers"]):  # noqa: ASYNC110 - another process sets no Event
            await asyncio.sleep(0.05)


class Grudging:
    """A connection whose broker gives out no registers."""

    def __init__(self, *, lost: bool) -> None:
        self.lost = lost
        self.asked: list[str] = []

    async def subscribe(self, *filters: str) -> None:
        self.asked += filters
        raise UplinkError("the broker refuses the subscription: Not authorized")


async def test_a_broker_that_gives_no_registers_stops_no_event(
    tmp_path: Path,
    mosquitto: DemoBroker,  # noqa: F811 - the fixture
) -> None:
    async with gate(tmp_path / "data") as (house, book):
        link = uplink(house, book, mosquitto)
        refused, lost = Grudging(lost=False), Grudging(lost=True)
        await link._ask_for_registers(refused)  # type: ignore[arg-type]  # a small one in its place
        with pytest.raises(UplinkError):
            await link._ask_for_registers(lost)  # type: ignore[arg-type]  # as above
        assert refused.asked == lost.asked == ["packhouse/v1/demo/register/+"]


def test_the_topic_is_the_one_of_the_contract() -> None:
    assert TOPIC == "packhouse/v1/demo/register/areas"
    assert json.loads(sent())["name"] == TOPIC.rpartition("/")[2]
