"""The one internal interface: once for each key, one at a time, refused without doing anything."""

import asyncio
import json
from pathlib import Path

import pytest

from gateway.errors import Refused
from gateway.record.asked import REQUEST
from gateway.record.request_socket import RequestSocket
from tests.whole_house import SUPERVISOR, carton_label, pallet_label, whole_house


async def test_asking_twice_under_one_key_does_it_once(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        first = await house.ask("inspect", key="k1", lot=lot, result="accepted")
        assert await house.ask("inspect", key="k1", lot=lot, result="accepted") == first
        assert len(await house.entries("inspection")) == len(first.entries) == 1
        await house.ask("inspect", key="k2", lot=lot, result="accepted")
        assert len(await house.entries("inspection")) == 2, "another key is another act"
    async with whole_house(tmp_path, house.time) as house:
        again = await house.ask("inspect", key="k1", lot=lot, result="accepted")
        assert (again.sentence, again.entries) == ("request_done", first.entries), "also after a restart"
        assert len(await house.entries("inspection")) == 2


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ({"do": "nothing"}, "request_wrong"),
        ({"do": "hold"}, "request_wrong"),
        ({"do": "hold", "goods": "H261122-0001", "reason": "x", "more": 1}, "request_wrong"),
        ({"do": "hold", "goods": "H261122-0999", "reason": "x"}, "code_unknown"),
        ({"do": "hold", "goods": "095212340000000099", "reason": "x"}, "code_unknown"),
        ({"do": "inspect", "lot": "H261122-0999", "result": "accepted"}, "code_unknown"),
        ({"do": "room-in", "goods": "nothing", "room": "cr-1"}, "code_unknown"),
        ({"do": "destroy", "goods": "H261122-0001", "kg": "-1", "reason": "x"}, "request_wrong"),
        ({"do": "destroy", "goods": "H261122-0001", "kg": "NaN", "reason": "x"}, "request_wrong"),
        ({"do": "dispatch-open", "customer": "nobody"}, "customer_unknown"),
        ({"do": "dispatch-close", "number": "X261122-0009"}, "code_unknown"),
        ({"do": "bind-stamps", "serial": "261122000099", "stamps": ["T-1"]}, "carton_foreign"),
        ({"do": "void-weighing", "of": "R261122-0999", "reason": "x"}, "code_unknown"),
        ({"do": "void-weighing", "of": "anything", "reason": "x"}, "code_unknown"),
        ({"do": "acknowledge-alarm", "alarm": "a", "reason": "x"}, "alarm_unknown"),
        ({"do": "pallet-begin"}, "station_needed"),
        ({"do": "capture"}, "station_needed"),
    ],
)
async def test_bad_input_is_refused_and_changes_nothing(
    tmp_path: Path, request_: dict[str, object], sentence: str
) -> None:
    async with whole_house(tmp_path) as house:
        await house.receive()
        before = [entry.kind for entry in await house.entries()]
        with pytest.raises(Refused) as refused:
            await house.requests.do(request_, key="k", by=SUPERVISOR)
        assert refused.value.sentence == sentence
        after = [entry.kind for entry in await house.entries()]
        assert [kind for kind in after[len(before) :] if kind != "refused"] == [], "at most that it was refused"


async def test_two_stations_cannot_both_have_a_carton(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        (serial,) = await house.pack(await house.receive(), "10.25")
        answers = await asyncio.gather(
            house.ask("pallet-add", "pallet", serial=serial),
            house.ask("pallet-add", "pallet-2", serial=serial),
            return_exceptions=True,
        )
        refused = [answer.sentence for answer in answers if isinstance(answer, Refused)]
        assert refused == ["carton_on_pallet"]
        assert len(await house.entries("carton-on-pallet")) == 1


async def test_a_pallet_does_not_leave_while_it_is_taken_apart(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        sscc = await house.build(await house.pack(await house.receive(), "10.25"))
        await house.ask("dispatch-open", "dock", customer="CUST-1", vehicle="49C-1")
        answers = await asyncio.gather(
            house.ask("unpack", sscc=sscc, reason="móp"),
            house.ask("dispatch-load", "dock", goods=sscc),
            return_exceptions=True,
        )
        assert [type(answer).__name__ for answer in answers] == ["Answer", "Refused"]
        assert await house.refused("dispatch-close", "dock") == "dispatch_empty"


async def test_a_lot_closed_elsewhere_takes_no_further_carton(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        await house.pack(lot, "10.25")
        await house.shows("pack-scale", "11.00", 3)
        await asyncio.gather(house.ask("close-lot", lot=lot), house.shows("pack-scale", "11.00", 7))
        assert len(await house.entries("carton")) <= 2
        packed = len(await house.entries("carton"))
        await house.shows("pack-scale", "0.00", 3)
        await house.load("pack-scale", "11.25")
        assert len(await house.entries("carton")) == packed


async def test_whoever_asks_at_a_station_does_it_and_whoever_is_signed_in_stays(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        await house.scan("qc-scanner", "OP-07")
        lot = await house.receive()
        await house.ask("inspect", "qc", by="OP-11", lot=lot, result="accepted")
        (inspection,) = await house.bodies("inspection")
        assert inspection["ph:operatorId"] == "OP-11"
        assert house.view("qc").operator == "OP-07"


async def test_scans_and_requests_end_in_the_same_words(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        sscc = await house.build(await house.pack(await house.receive(), "10.25"))
        await house.scan("door-in", pallet_label(sscc), "]Q1")
        assert house.sentence("door-in") == "pallet_in"
        assert (await house.ask("room-out", goods=sscc, room="cr-1")).sentence == "pallet_out"
        again = await house.ask("scan", "door-in", code=pallet_label(sscc), symbology="]Q1")
        assert again.sentence == "pallet_in"
        assert await house.refused("scan", "pallet", code=carton_label("261122000099")) == "carton_foreign"


async def test_the_socket_answers_a_line_with_a_line(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        socket = RequestSocket(tmp_path / "r.sock", lambda: house.requests)
        serving = asyncio.create_task(socket.run())
        while not (tmp_path / "r.sock").exists():  # noqa: ASYNC110 - it is there within a turn or two of the loop
            await asyncio.sleep(0)
        reader, writer = await asyncio.open_unix_connection(tmp_path / "r.sock")
        for line, ok in (
            ({"key": "s1", "by": SUPERVISOR, "request": {"do": "hold", "goods": lot, "reason": "x"}}, True),
            ({"key": "s1", "by": SUPERVISOR, "request": {"do": "hold", "goods": lot, "reason": "x"}}, True),
            ({"key": "s2", "by": "OP-07", "request": {"do": "release", "goods": lot, "reason": "x"}}, False),
        ):
            writer.write(json.dumps(line).encode() + b"\n")
            answer = json.loads(await reader.readline())
            assert answer["ok"] is ok
            assert len(answer["sentence"]["vi"]) == 2
        writer.write(b"nonsense\n")
        assert json.loads(await reader.readline())["id"] == "request_wrong"
        assert len(await house.entries("hold")) == 1
        assert oct((tmp_path / "r.sock").stat().st_mode)[-3:] == "660"
        writer.close()
        await writer.wait_closed()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        assert not (tmp_path / "r.sock").exists()


def test_every_request_has_a_name_of_its_own_and_a_schema() -> None:
    schema = REQUEST.json_schema()
    names = schema["discriminator"]["mapping"]
    assert len(names) == len(schema["oneOf"]) > 35
