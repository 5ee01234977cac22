"""One question, its own answer: late, foreign, garbled, echoed and refused ones, on RTU and on TCP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.drivers.modbus_line import Answer, Denied, Question, RtuLine, TcpLine, frames_in
from gateway.drivers.port import open_port, open_tcp
from gateway.errors import BadFrame, DeviceSilent, PortLost
from tests.ports import DrippingPort, PlainPort, SilentPort, serial_line, tcp_device
from tests.rtu_units import RtuUnits, answer_of, framed, refusal_of

LONG_S = 20.0
"""A hang guard where an answer is expected."""

SHORT_S = 0.03
"""Where none is expected; each test waits it out at most a few times."""

REGISTERS = {1: {7: 700, 100: 10_000, 1: 263, 2: 546}, 2: {7: 702}}


def question(address: int, count: int = 1, *, unit: int = 1, function: int = 4, within_s: float = LONG_S) -> Question:
    return Question(unit, function, address, count, within_s)


@asynccontextmanager
async def rtu(
    directory: Path, *, late_s: float = 0.15, echo: bool = False, adapter_echoes: bool = False
) -> AsyncIterator[tuple[RtuUnits, RtuLine]]:
    with serial_line(directory) as pty:
        units = RtuUnits(pty, REGISTERS, echo=adapter_echoes)
        async with open_port(str(pty.path), baud=115200) as port:
            yield units, RtuLine(port, baud=115200, echo=echo, late_s=late_s)


def scripted(*answers: bytes, dripping: bool = False) -> RtuLine:
    port = (DrippingPort if dripping else PlainPort)(*answers, asked=True)
    return RtuLine(port, baud=115200, late_s=0.0)


# --- frames of the sheets -------------------------------------------------------------------------------------------


async def test_question_and_answer_are_the_frames_published_for_the_xy_md02() -> None:
    port = PlainPort(bytes.fromhex("01 04 04 01 07 02 22 CA C0"), bytes.fromhex("01 04 02 01 31 79 74"), asked=True)
    line = RtuLine(port, baud=115200)
    assert await line.ask(question(1, 2)) == (263, 546)
    assert await line.ask(question(1, 1)) == (305,)
    assert port.written == [bytes.fromhex("01 04 00 01 00 02 20 0B"), bytes.fromhex("01 04 00 01 00 01 60 0A")]


async def test_answer_may_drip_in_byte_by_byte_behind_noise() -> None:
    assert await scripted(b"\x00\x01\x04" + answer_of(1, 4, [700]), dripping=True).ask(question(7)) == (700,)


# --- late answers ---------------------------------------------------------------------------------------------------


async def second_answer_after_a_late_first(units: RtuUnits, line: RtuLine, second: Question) -> Answer:
    """Ask for register 100, whose answer comes too late, ahead of everything that was asked after it."""

    def at_last() -> None:
        units.spoil = lambda answer: answer
        for answer in units.kept:
            units.say(answer)

    units.spoil = lambda _: None
    with pytest.raises(DeviceSilent):
        await line.ask(question(100, within_s=SHORT_S))
    asyncio.get_running_loop().call_later(SHORT_S, at_last)
    return await line.ask(second)


async def test_late_answer_on_rtu_is_never_taken_for_the_next_one(tmp_path: Path) -> None:
    async with rtu(tmp_path) as (units, line):
        assert await second_answer_after_a_late_first(units, line, question(7)) == (700,)


async def test_late_answer_on_rtu_would_be_taken_without_the_wait(tmp_path: Path) -> None:
    """The control: nothing in the frame itself could tell, so the test above proves something."""
    async with rtu(tmp_path, late_s=0.0) as (units, line):
        assert await second_answer_after_a_late_first(units, line, question(7)) == (10_000,)


async def test_other_units_are_asked_while_a_late_answer_may_come(tmp_path: Path) -> None:
    async with rtu(tmp_path, late_s=LONG_S) as (units, line):
        assert await second_answer_after_a_late_first(units, line, question(7, unit=2)) == (702,)
        assert line.free_at(1) > asyncio.get_running_loop().time() >= line.free_at(2)


async def test_late_answer_on_tcp_is_known_by_its_number() -> None:
    kept: list[bytes] = []

    def answers(asked: bytes) -> list[bytes]:
        said = tcp_answer(asked, [10_000 if asked[8:10] == b"\x00\x64" else 700])
        if not kept:
            kept.append(said)
            return []
        return [kept[0], said]

    async with tcp(answers) as line:
        with pytest.raises(DeviceSilent):
            await line.ask(question(100, within_s=SHORT_S))
        assert await line.ask(question(7)) == (700,)


# --- answers to something else --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (answer_of(2, 4, [1]), "unit 2 spoke when unit 1 was asked"),
        (answer_of(1, 3, [1]), "unit 1 answered another question"),
        (answer_of(1, 4, [1, 2]), "unit 1 answered another question"),
        (answer_of(1, 4, []), "unit 1 answered another question"),
        (refusal_of(1, 3, 2), "unit 1 answered another question"),
        (answer_of(1, 4, [1])[:-1] + b"\x00", "no whole answer of unit 1"),
        (answer_of(1, 4, [1])[:-1], "no whole answer of unit 1"),
        (b"\x00\xff noise", "no whole answer of unit 1"),
    ],
    ids=["id", "function", "too many", "none", "refusal of another function", "crc", "cut", "noise"],
)
async def test_rtu_answer_to_something_else_is_refused(said: bytes, why: str) -> None:
    with pytest.raises(BadFrame, match=why) as caught:
        await scripted(said).ask(question(7, within_s=LONG_S))
    assert caught.value.frame == said


async def test_right_answer_behind_a_foreign_one_is_found() -> None:
    assert await scripted(answer_of(2, 4, [1]) + answer_of(1, 4, [700])).ask(question(7)) == (700,)


@given(said=st.binary(max_size=64))
def test_random_bytes_are_no_answer(said: bytes) -> None:
    async def ask() -> None:
        with pytest.raises((BadFrame, DeviceSilent)):
            await scripted(said).ask(question(7))

    asyncio.run(ask())


@given(before=st.binary(max_size=20), after=st.binary(max_size=20))
def test_whole_frames_are_found_in_whatever_is_on_the_line(before: bytes, after: bytes) -> None:
    question, answer = framed(bytes.fromhex("09 03 00 00 00 02")), answer_of(9, 3, [42, 263])
    found = list(frames_in(before + question + answer + after))
    assert all(framed(frame[:-2]) == frame for frame in found)
    if not list(frames_in(before + question[:3])) and not any(byte < 17 for byte in before):
        assert question in found


@given(heard=st.binary(max_size=600))
def test_any_bytes_hold_frames_or_none(heard: bytes) -> None:
    for frame in frames_in(heard):
        assert framed(frame[:-2]) == frame


async def test_babble_is_not_kept_for_ever() -> None:
    with pytest.raises(BadFrame) as caught:
        await RtuLine(PlainPort(*[bytes(4096)] * 64), baud=115200).ask(question(7))
    assert len(caught.value.frame) <= 512


async def test_refusal_is_an_answer_and_silence_is_not() -> None:
    assert await scripted(bytes.fromhex("01 84 02 C2 C1")).ask(question(7)) == Denied(2)
    assert "it has no such register" in Denied(2).why
    with pytest.raises(DeviceSilent, match="unit 1 does not answer"):
        await RtuLine(SilentPort(), baud=115200).ask(question(7))


@pytest.mark.parametrize("code", [0x0A, 0x0B])
async def test_gateway_that_cannot_reach_the_unit_speaks_of_a_silent_unit(code: int) -> None:
    with pytest.raises(DeviceSilent, match="the gateway it stands behind"):
        await scripted(refusal_of(1, 4, code)).ask(question(7))


# --- echo -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("echo_is_set", [True, False])
async def test_echo_of_the_question_is_never_its_answer(tmp_path: Path, echo_is_set: bool) -> None:
    async with rtu(tmp_path, adapter_echoes=True, echo=echo_is_set) as (_, line):
        assert await line.ask(question(7)) == (700,)
        assert await line.ask(question(1, 2)) == (263, 546)


async def test_missing_echo_is_named(tmp_path: Path) -> None:
    async with rtu(tmp_path, echo=True) as (_, line):
        with pytest.raises(BadFrame, match="is echo = true right"):
            await line.ask(question(1, 2))


# --- pace -----------------------------------------------------------------------------------------------------------


async def test_line_is_silent_for_three_and_a_half_characters_between_answer_and_question(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    with serial_line(tmp_path) as pty:
        units = RtuUnits(pty, REGISTERS)
        async with open_port(str(pty.path), baud=1200) as port:
            line = RtuLine(port, baud=1200, line="8E1")
            await line.ask(question(7))
            began = loop.time()
            await line.ask(question(7))
    assert loop.time() - began >= 3.5 * 11 / 1200
    assert len(units.asked) == 2


# --- Modbus TCP -----------------------------------------------------------------------------------------------------


def tcp_answer(asked: bytes, values: list[int], *, unit: int | None = None, function: int = 4) -> bytes:
    content = bytes((asked[6] if unit is None else unit, function, 2 * len(values)))
    content += b"".join(value.to_bytes(2, "big") for value in values)
    return asked[:4] + len(content).to_bytes(2, "big") + content


@asynccontextmanager
async def tcp(answers: Callable[[bytes], list[bytes]]) -> AsyncIterator[TcpLine]:
    """Give a line to a unit on the network that answers each question with what `answers` gives."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while len(asked := await reader.read(12)) == 12:
            for answer in answers(asked):
                writer.write(answer)

    async with (
        tcp_device(serve) as tcp_port,
        open_tcp("127.0.0.1", tcp_port, connect_within_s=LONG_S) as port,
    ):
        yield TcpLine(port)


async def test_tcp_answer_may_come_in_pieces() -> None:
    async with tcp(lambda asked: [tcp_answer(asked, [700])[at : at + 1] for at in range(11)]) as line:
        assert await line.ask(question(7)) == (700,)
        assert await line.ask(question(7)) == (700,)


@pytest.mark.parametrize(
    "answer",
    [
        lambda asked: tcp_answer(asked, [1], unit=9),
        lambda asked: tcp_answer(asked, [1], function=3),
        lambda asked: tcp_answer(asked, [1, 2]),
        lambda asked: asked[:4] + b"\x00\x05\x01\x04\x03\x00\x01",
        lambda asked: asked[:4] + b"\x00\x06\x01\x04\x02\x00\x01\x00",
        lambda asked: asked[:4] + b"\x00\x03\x01\x83\x02",
    ],
    ids=["id", "function", "count", "length", "bytes left over", "refusal of another function"],
)
async def test_tcp_answer_to_something_else_is_refused(answer: Callable[[bytes], bytes]) -> None:
    async with tcp(lambda asked: [answer(asked)]) as line:
        with pytest.raises(BadFrame):
            await line.ask(question(7))


@given(
    said=st.lists(
        st.one_of(
            st.binary(max_size=300),
            st.builds(
                lambda number, body: bytes((0, number, 0, 0, 0, len(body))) + body, st.integers(0, 2), st.binary()
            ),
        ),
        max_size=8,
    )
)
def test_random_bytes_on_tcp_are_an_answer_to_this_question_or_an_end(said: list[bytes]) -> None:
    async def ask() -> None:
        line = TcpLine(PlainPort(*filter(None, said), asked=True))
        try:
            answer = await line.ask(question(7, within_s=0.01))
        except (BadFrame, DeviceSilent, PortLost):
            return
        assert isinstance(answer, Denied) or len(answer) == 1

    asyncio.run(ask())


async def test_tcp_refusal_is_an_answer() -> None:
    async with tcp(lambda asked: [asked[:4] + b"\x00\x03\x01\x84\x06"]) as line:
        assert await line.ask(question(7)) == Denied(6)


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n", bytes(12), b"\x00\x01\x00\x00\xff\xff\x01\x04"])
async def test_something_else_than_modbus_ends_the_conversation(said: bytes) -> None:
    async with tcp(lambda _: [said]) as line:
        with pytest.raises(PortLost, match="not Modbus TCP"):
            await line.ask(question(7))


async def test_tcp_unit_that_hangs_up_is_a_lost_port() -> None:
    async def hang_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read(12)

    async with tcp_device(hang_up) as tcp_port, open_tcp("127.0.0.1", tcp_port, connect_within_s=LONG_S) as port:
        with pytest.raises(PortLost):
            await TcpLine(port).ask(question(7))


async def test_numbers_of_tcp_questions_never_become_zero_and_start_again() -> None:
    seen: list[int] = []

    def answers(asked: bytes) -> list[bytes]:
        seen.append(int.from_bytes(asked[:2], "big"))
        return [tcp_answer(asked, [700])]

    async with tcp(answers) as line:
        line._transaction = 0xFFFE  # 65,000 questions later
        for _ in range(3):
            assert await line.ask(question(7)) == (700,)
    assert seen == [0xFFFF, 1, 2]


def test_our_own_crc_is_that_of_the_published_frames() -> None:
    assert framed(bytes.fromhex("01 04 00 01 00 02")) == bytes.fromhex("01 04 00 01 00 02 20 0B")
