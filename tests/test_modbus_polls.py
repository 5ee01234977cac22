"""The conversation on a line: refusals, busy units, doors nobody can hear, and maps against simulated devices."""

import asyncio
import tomllib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from firmware_mock_devices import device

from gateway.drivers import modbus_polls
from gateway.drivers.modbus_bus import ModbusBus
from gateway.drivers.modbus_line import Answer, Denied, Question
from gateway.drivers.modbus_load import load, question_s
from gateway.drivers.modbus_polls import Member, polls
from gateway.drivers.register_map import MAPS, Point, blocks, load_map
from gateway.errors import BadFrame, DeviceSilent, PortLost
from gateway.reading import DeviceId, Link, Measurement, Quality, Reading
from gateway.watch import watch
from tests.ports import serial_line
from tests.rtu_units import RtuUnits

GOLDEN = Path(__file__).parent / "golden" / "maps"
HELP = {"vi": "x", "en": "x"}
LONG_S = 20.0


class Units:
    """A line whose units hold these registers by (unit, function, address); time passes as it is told to."""

    def __init__(self, held: dict[tuple[int, int, int], int]) -> None:
        self.held = held
        self.says: dict[int, Answer | Exception] = {}
        self.asked: list[tuple[int, int, int]] = []

    def free_at(self, unit: int) -> float:
        return 0.0

    async def ask(self, question: Question) -> Answer:
        self.asked.append((question.unit, question.address, question.count))
        said = self.says.get(question.unit)
        if isinstance(said, Exception):
            raise said
        if said is not None:
            return said
        wanted = [(question.unit, question.function, question.address + at) for at in range(question.count)]
        if any(key not in self.held for key in wanted):
            return Denied(2)
        return tuple(self.held[key] for key in wanted)


def register(quantity: str, address: int, **facts: object) -> Point:
    usual = {"function": 3, "type": "int16", "valid": [-999, 999], "help": HELP}
    return Point.model_validate(usual | {"quantity": quantity, "address": address} | facts)


def door(probe: str, address: int, **facts: object) -> Point:
    return register("ph:DoorOpen", address, function=2, type="bit", valid=None, probe=probe, **facts)


def unit(*points: Point, gap: int = 0, every_s: float = 0.001) -> Member:
    return Member(1, every_s, 0.1, blocks(points, gap=gap))


async def said(values: AsyncGenerator[Measurement | Link, None], count: int) -> list[Measurement | Link]:
    async with asyncio.timeout(LONG_S):
        return [await anext(values) for _ in range(count)]


async def test_read_over_a_hole_is_split_and_only_what_is_missing_has_no_value() -> None:
    line = Units({(1, 3, 0): 7, (1, 3, 2): 9})
    member = unit(register("A", 0), register("B", 1), register("C", 2))
    async with aclosing(polls(line, {"u": member})) as values:
        found = await said(values, 4)
    assert line.asked[:4] == [(1, 0, 3), (1, 0, 1), (1, 1, 1), (1, 2, 1)]
    assert found[0] == Link(up=True, channel="u")
    assert [(value.quantity, value.amount) for value in found[1:]] == [
        ("A", Decimal(7)),
        ("B", None),
        ("C", Decimal(9)),
    ]


async def test_register_that_is_refused_is_not_asked_for_again_while_the_others_are() -> None:
    line = Units({(1, 3, 0): 7})
    async with aclosing(polls(line, {"u": unit(register("A", 0), register("B", 9))})) as values:
        await said(values, 12)
    assert line.asked.count((1, 9, 1)) == 1
    assert line.asked.count((1, 0, 1)) >= 10


async def test_unit_that_refuses_everything_is_alive_and_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modbus_polls, "REFUSED_AGAIN_S", 0.2)
    line = Units({(2, 3, 0): 1})
    members = {"u": unit(register("A", 0)), "v": Member(2, 0.001, 0.1, blocks([register("A", 0)]))}
    loop = asyncio.get_running_loop()
    begin = loop.time()
    async with aclosing(polls(line, members)) as values, asyncio.timeout(10):
        while line.asked.count((1, 0, 1)) < 2:
            await anext(values)
    assert loop.time() - begin >= 0.2
    assert line.asked.count((2, 0, 1)) > 2, "the other unit is asked meanwhile"


async def test_busy_unit_is_asked_later_and_stays_up() -> None:
    line = Units({(1, 3, 0): 1, (2, 3, 0): 1})
    line.says[1] = Denied(6)
    members = {"u": unit(register("A", 0)), "v": Member(2, 0.001, 0.1, blocks([register("A", 0)]))}
    async with aclosing(polls(line, members)) as values:
        found = await said(values, 20)
    assert line.asked.count((1, 0, 1)) == 1
    assert Link(up=False, channel="u") not in [
        Link(value.up, "", value.channel) for value in found if isinstance(value, Link)
    ]


class Played:
    """A line on which each question is answered by the next of these; then it is gone."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self._answers = iter(answers)

    def free_at(self, unit: int) -> float:
        return 0.0

    async def ask(self, question: Question) -> Answer:
        said = next(self._answers, PortLost("the play is over"))
        if isinstance(said, Exception):
            raise said
        return said


async def played(member: Member, *answers: Answer | Exception) -> list[Measurement | Link]:
    """Give all that is said of one unit that answers like this."""
    found: list[Measurement | Link] = []

    async def listen() -> None:
        async for value in polls(Played(*answers), {"u": member}):
            found.append(value)

    with pytest.raises(PortLost):
        await listen()
    return found


SILENT = DeviceSilent("silent")


async def test_refusal_proves_that_a_unit_lives_and_resets_the_strikes() -> None:
    member = unit(register("A", 0))
    refused = await played(member, (1,), SILENT, SILENT, Denied(4), SILENT, SILENT, Denied(8), SILENT, SILENT, (2,))
    assert [value.up for value in refused if isinstance(value, Link)] == [True]
    given_up = await played(member, (1,), SILENT, SILENT, SILENT)
    assert [value.up for value in given_up if isinstance(value, Link)] == [True, False]


@pytest.mark.parametrize("trouble", [DeviceSilent("cut cable"), BadFrame("noise")])
async def test_door_that_cannot_be_heard_is_never_closed(trouble: Exception) -> None:
    line = Units({(1, 2, 0): 1, (1, 2, 1): 1, (2, 3, 0): 1})
    members = {
        "door": unit(door("1", 0, inverted=True), door("2", 1, inverted=True)),
        "other": Member(2, 0.001, 0.1, blocks([register("A", 0)])),
    }
    async with aclosing(polls(line, members)) as values:
        found = await said(values, 20)
        assert {value.amount for value in found if getattr(value, "quantity", "") == "ph:DoorOpen"} == {Decimal(0)}
        line.says[1] = trouble
        later: list[Measurement | Link] = []
        while Link(up=False, why=str(trouble), channel="door.2") not in later:
            later += await said(values, 1)
    doors = [value for value in later if isinstance(value, Measurement) and value.channel.startswith("door")]
    tail = doors[next(at for at, value in enumerate(doors) if value.amount is None) :]
    assert len(tail) >= 4
    assert all((value.amount, value.quality) == (None, Quality.BAD) for value in tail)
    assert [value.channel for value in later if isinstance(value, Link)] == ["door", "door.1", "door.2"]


async def test_contact_that_bounces_is_said_when_two_polls_agree() -> None:
    states = [(state,) for state in (0, 0, 1, 0, 0, 1, 1, 1)]
    found = await played(unit(door("1", 0, debounce=2)), *states)
    assert [int(value.amount) for value in found if isinstance(value, Measurement)] == [0, 0, 1, 1]


async def test_contact_must_agree_anew_after_it_was_not_heard() -> None:
    found = await played(unit(door("1", 0, debounce=2)), (0,), (0,), SILENT, (0,), (0,))
    assert [value.amount for value in found if isinstance(value, Measurement)] == [Decimal(0), None, Decimal(0)]


async def test_inverted_unit_turns_its_inputs_over() -> None:
    table = {"driver": "modbus_bus", "host": "h", "unit": {"a": {"id": 1, "map": "waveshare-io-8ch-doors"}}}
    usual = ModbusBus.model_validate(table).members()["a"]
    table["unit"]["a"]["inverted"] = True
    turned = ModbusBus.model_validate(table).members()["a"]
    assert [point.inverted for point in usual.points] == [True] * 8
    assert [point.inverted for point in turned.points] == [False] * 8
    assert usual.first


async def test_unit_rests_after_its_answer_where_its_map_says_so() -> None:
    line = Units({(1, 3, 0): 7, (1, 3, 9): 9})
    member = Member(1, 60.0, 0.1, blocks([register("A", 0), register("B", 9)]), pause_s=0.08)
    loop = asyncio.get_running_loop()
    async with aclosing(polls(line, {"u": member})) as values:
        await said(values, 2)
        begin = loop.time()
        await said(values, 1)
    assert loop.time() - begin >= 0.07


# --- how busy a line is ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("baud", "registers", "host_s", "turnaround_s", "ms"),
    [
        (9600, 2, 0.0, 0.0, 26),
        (9600, 10, 0.0, 0.0, 42),
        (9600, 125, 0.0, 0.0, 282),
        (9600, 2, 0.016, 0.050, 92),
        (9600, 60, 0.016, 0.050, 213),
        (19200, 10, 0.0, 0.0, 21),
        (19200, 60, 0.016, 0.050, 139),
    ],
)
def test_time_of_a_question_is_that_of_the_sheet(
    baud: int, registers: int, host_s: float, turnaround_s: float, ms: int
) -> None:
    assert round(question_s(2 * registers, baud=baud, host_s=host_s, turnaround_s=turnaround_s) * 1000) == ms


def test_load_of_a_bus_grows_with_its_units_and_their_pace() -> None:
    units = {f"u{number}": {"id": number, "map": "xy-md02", "every_s": 1.0} for number in range(1, 9)}
    bus = ModbusBus.model_validate({"driver": "modbus_bus", "port": "/dev/x", "unit": units})
    found = load(bus)
    assert found.round_s == pytest.approx(8 * 0.092, abs=0.003)
    assert found.share == pytest.approx(found.round_s)
    assert found.too_much


# --- every map against a simulated device ---------------------------------------------------------------------------


def first_poll(name: str) -> tuple[str, int, dict[str, str]]:
    """Give the registers of a golden poll in the simulator's notation, the unit, and the values they stand for."""
    poll = tomllib.loads((GOLDEN / f"{name}.toml").read_text("utf-8"))["poll"][0]
    asked = poll["asked"] if isinstance(poll["asked"], list) else [poll["asked"]]
    questions = [bytes.fromhex(one) for one in asked]
    if "answered" in poll:
        data = bytes.fromhex(poll["answered"])[3:-2]
        is_bits = questions[0][1] < 3
        pairs = range(0, len(data), 2)
        held = [
            [data[0] >> at & 1 for at in range(8)]
            if is_bits
            else [int.from_bytes(data[at : at + 2], "big") for at in pairs]
        ]
    else:
        held = poll["registers"] if len(questions) > 1 else [poll["registers"]]
    parts = (
        f"{question[1]:02d}/{question[2:4].hex()}=" + ",".join(f"{word:X}" for word in words)
        for question, words in zip(questions, held, strict=True)
    )
    values = {key: word for key, word in poll.items() if key not in ("asked", "answered", "registers")}
    return "+".join(parts), questions[0][0], values


async def test_every_map_reads_its_simulated_device(tmp_path: Path) -> None:
    names = sorted(path.stem for path in MAPS.glob("*.toml"))
    polled = {name: first_poll(name) for name in names}
    arguments = [part for at, name in enumerate(names, 1) for part in ("--unit", f"{at}:table:{polled[name][0]}")]
    units = {name: {"id": at, "map": name, "every_s": 0.2} for at, name in enumerate(names, 1)}
    missing = {
        (f"{name}.{key.rpartition('.')[0]}".rstrip("."), key.rpartition(".")[2]): word
        for name, (_, _, values) in polled.items()
        for key, word in values.items()
    }
    wrong: dict[tuple[str, str], str] = {}
    async with device(tmp_path, "modbus_bus", "tcp", "--turnaround-ms", "0", *arguments) as mock:
        bus = ModbusBus.model_validate(
            {"driver": "modbus_bus", "host": "127.0.0.1", "tcp_port": mock.ready["listening"], "unit": units}
        )
        async with asyncio.timeout(LONG_S), aclosing(bus.talk()) as values:
            while missing:
                value = await anext(values)
                if isinstance(value, Measurement) and (expected := missing.pop((value.channel, value.quantity), None)):
                    found = value.why if value.amount is None else str(value.amount)
                    if found != expected:
                        wrong[value.channel, value.quantity] = found
    assert not wrong


async def test_bus_reads_rtu_frames_over_tcp(tmp_path: Path) -> None:
    units = ("--unit", "1:xy-md02", "--unit", "3:table:03/0000=0292,FF9B")
    async with device(tmp_path, "modbus_bus", "rtu-over-tcp", *units) as mock:
        await mock.tell(set={"unit": 1, "temperature": "4.5"})
        table = {
            "driver": "modbus_bus",
            "host": "127.0.0.1",
            "tcp_port": mock.ready["listening"],
            "framing": "rtu",
            "unit": {"a": {"id": 1, "map": "xy-md02"}, "b": {"id": 3, "map": "renke-ws-n01"}},
        }
        async with aclosing(ModbusBus.model_validate(table).talk()) as values:
            found = await said(values, 6)
    amounts = {(value.channel, value.quantity): value.amount for value in found if isinstance(value, Measurement)}
    assert amounts["a", "Temperature"] == Decimal("4.5")
    assert amounts["b", "Temperature"] == Decimal("-10.1")


# --- unplugged and replugged ----------------------------------------------------------------------------------------


async def no_pause(_: float) -> None:
    await asyncio.sleep(0.01)


async def test_adapter_that_comes_back_is_opened_again_however_often_it_goes(tmp_path: Path) -> None:
    readings: asyncio.Queue[Reading] = asyncio.Queue()
    table = {"driver": "modbus_bus", "unit": {"room": {"id": 1, "map": "xy-md02", "every_s": 0.05}}}
    with serial_line(tmp_path) as pty:
        bus = ModbusBus.model_validate(table | {"port": str(pty.path)})
        async with listening(bus, readings) as until:
            for _ in range(3):
                RtuUnits(pty, {1: {1: 263, 2: 546}})
                await until(lambda value: isinstance(value, Measurement))
                pty.unplug()
                await until(lambda value: isinstance(value, Link) and not value.up)
                pty.plug_in()


@asynccontextmanager
async def listening(bus: ModbusBus, readings: asyncio.Queue[Reading]) -> AsyncIterator:
    task = asyncio.create_task(watch(DeviceId("bus"), bus.talk, readings.put, sleep=no_pause))

    async def until(wanted) -> None:
        async with asyncio.timeout(LONG_S):
            while not wanted((await readings.get()).value):
                pass

    try:
        yield until
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_maps_tell_how_well_they_are_known() -> None:
    unverified = {path.stem for path in MAPS.glob("*.toml") if load_map(path.stem).confidence == "unverified"}
    assert {"dixell-xr", "vaisala-gmp252", "renke-co2-ws", "generic"} <= unverified
