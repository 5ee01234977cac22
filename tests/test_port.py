"""Ports on real ptys and sockets: opened, held, lost, found again, and never waited on for ever."""

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from gateway.drivers.loop_port import BUFFER_LIMIT, LoopPort
from gateway.drivers.port import LineFormat, Port, PortName, in_thread, open_port, open_tcp
from gateway.errors import BadFrame, DeviceSilent, PortLost
from tests.ports import Pty, serial_line, tcp_device

LONG_S = 20.0
"""A hang guard: what is waited for comes at once, or the test has failed."""


@asynccontextmanager
async def opened(directory: Path) -> AsyncIterator[tuple[Pty, Port]]:
    with serial_line(directory) as line:
        async with open_port(str(line.path), baud=9600) as port:
            yield line, port


async def heard(port: Port, count: int) -> bytes:
    found = b""
    while len(found) < count:
        found += await port.read(within_s=LONG_S)
    return found


async def test_bytes_arrive_as_they_were_sent_even_those_a_terminal_would_eat(tmp_path: Path) -> None:
    every_byte = bytes(range(256))
    async with opened(tmp_path) as (line, port):
        line.say(every_byte)
        assert await heard(port, 256) == every_byte
        await port.write(every_byte)
        assert os.read(line.master, 512) == every_byte


async def test_nothing_coming_is_silence_in_the_time_given(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, port):
        with pytest.raises(DeviceSilent):
            await port.read(within_s=0.01)


async def test_what_came_before_opening_is_not_read(tmp_path: Path) -> None:
    with serial_line(tmp_path) as line:
        line.say(b"old")
        async with open_port(str(line.path), baud=9600) as port:
            line.say(b"new")
            assert await heard(port, 3) == b"new"


async def test_discarded_bytes_never_come_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as (line, port):
        line.say(b"late answer")
        port.discard()
        line.say(b"this one")
        assert await heard(port, 8) == b"this one"


async def test_draining_ends_when_the_line_is_quiet_or_the_time_is_over(tmp_path: Path) -> None:
    async with opened(tmp_path) as (line, port):
        line.say(b"noise")
        await port.drain(quiet_s=0.01, at_most_s=LONG_S)
        loop = asyncio.get_running_loop()

        def chatter() -> None:
            line.say(b"x")
            nonlocal again
            again = loop.call_later(0.002, chatter)

        again = loop.call_soon(chatter)
        await port.drain(quiet_s=0.05, at_most_s=0.2)  # would never be quiet
        again.cancel()


async def test_port_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(PortLost, match="is it plugged in"):
        async with open_port(str(tmp_path / "nothing"), baud=9600):
            pass


async def test_file_that_is_no_port_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no tty")
    with pytest.raises(PortLost):
        async with open_port(str(tmp_path / "file"), baud=9600):
            pass


async def test_port_held_by_another_is_refused_and_free_again_after_it(tmp_path: Path) -> None:
    with serial_line(tmp_path) as line:
        async with open_port(str(line.path), baud=9600):
            with pytest.raises(PortLost, match="held by another program"):
                async with open_port(str(line.path), baud=9600):
                    pass
        async with open_port(str(line.path), baud=9600):
            pass


async def test_pulled_plug_is_noticed_while_waiting_and_the_next_one_is_found_by_its_name(tmp_path: Path) -> None:
    with serial_line(tmp_path) as line:
        async with open_port(str(line.path), baud=9600) as port:
            asyncio.get_running_loop().call_soon(line.unplug)
            with pytest.raises(PortLost):
                await port.read(within_s=LONG_S)
            with pytest.raises(PortLost):
                await port.write(b"x")
        line.path.unlink()
        line.plug_in()
        async with open_port(str(line.path), baud=9600) as port:
            line.say(b"back")
            assert await heard(port, 4) == b"back"


@asynccontextmanager
async def device_on_the_network(talk: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[Port]:
    """Give a port to a device that says what `talk` writes, then hangs up."""

    async with (
        tcp_device(lambda _, writer: talk(writer)) as tcp_port,
        open_tcp("127.0.0.1", tcp_port, connect_within_s=LONG_S) as port,
    ):
        yield port


async def test_what_came_before_the_line_was_lost_is_still_read() -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(b"last words")

    async with device_on_the_network(talk) as port:
        assert await heard(port, 10) == b"last words"
        with pytest.raises(PortLost, match="closed"):
            await port.read(within_s=LONG_S)


async def test_reader_that_stopped_reading_is_told_and_memory_stays_small() -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(bytes(BUFFER_LIMIT // 10))
            await writer.drain()

    async def write_on(port: Port) -> None:
        async with asyncio.timeout(LONG_S):
            while True:
                await port.write(b"x")
                await asyncio.sleep(0)

    async with device_on_the_network(talk) as port:
        with pytest.raises(BadFrame, match="unread"):
            await write_on(port)


async def test_line_that_takes_no_bytes_is_an_error_in_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, port):
        with pytest.raises(DeviceSilent, match="takes no bytes"):
            await port.write(bytes(200_000), within_s=0.05)


async def test_host_where_nobody_listens_is_a_lost_port() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(PortLost, match="refused"):
            async with open_tcp("127.0.0.1", unused.getsockname()[1], connect_within_s=LONG_S):
                pass


async def test_host_that_never_answers_costs_the_time_given_and_no_more() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]  # a full backlog drops what comes after
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        with pytest.raises(PortLost, match=r"does not answer within 0\.05 s"):
            async with open_tcp(*address, connect_within_s=0.05):
                pass
        for one in waiting:
            one.close()


async def test_nothing_is_left_in_the_loop_or_open_after_a_thousand_bytes(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for name in ("a", "b", "c"):
        with serial_line(tmp_path, name) as line:
            async with open_port(str(line.path), baud=19200, line="8E1") as port:
                line.say(bytes(1000))
                await heard(port, 1000)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("name", ["/dev/ttyUSB0", "/dev/ttyACM3"])
def test_name_that_changes_with_every_start_is_refused_with_the_cure(name: str) -> None:
    with pytest.raises(ValidationError, match="/dev/serial/by-id"):
        TypeAdapter(PortName).validate_python(name)
    assert TypeAdapter(PortName).validate_python("/dev/serial/by-id/usb-1") == "/dev/serial/by-id/usb-1"


def test_line_format_is_bits_parity_and_stop_bits() -> None:
    assert TypeAdapter(LineFormat).validate_python("7E1") == "7E1"
    with pytest.raises(ValidationError):
        TypeAdapter(LineFormat).validate_python("8M1")


async def test_opening_that_hangs_is_given_up_and_what_opened_too_late_is_closed() -> None:
    goes_on, closed = threading.Event(), threading.Event()

    def hang() -> str:
        goes_on.wait(LONG_S)
        return "opened at last"

    with pytest.raises(PortLost, match=r"not done within 0\.02 s"):
        await in_thread(hang, "open", within_s=0.02, unwanted=lambda _: closed.set())
    goes_on.set()
    assert closed.wait(LONG_S)


async def test_device_that_hangs_costs_one_thread_however_often_it_is_tried() -> None:
    goes_on = threading.Event()
    tries = []

    def hang() -> None:
        tries.append(1)
        goes_on.wait(LONG_S)

    for why in ("not done within", "has not come back", "has not come back"):
        with pytest.raises(PortLost, match=why):
            await in_thread(hang, "read the probe", within_s=0.02)
    assert await in_thread(lambda: 7, "read another", within_s=LONG_S) == 7
    goes_on.set()
    async with asyncio.timeout(LONG_S):
        while True:  # it is tried again once the first one has come back
            with suppress(PortLost):
                await in_thread(hang, "read the probe", within_s=LONG_S)
                break
            await asyncio.sleep(0)
    assert len(tries) == 2


async def test_waiter_that_is_cancelled_while_opening_leaves_nothing_open() -> None:
    goes_on, closed = threading.Event(), threading.Event()
    opening = asyncio.ensure_future(
        in_thread(lambda: goes_on.wait(LONG_S), "open", within_s=LONG_S, unwanted=lambda _: closed.set())
    )
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    goes_on.set()
    assert closed.wait(LONG_S)


async def test_lost_line_is_taken_out_of_the_loop_which_would_spin_on_it() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        ours.setblocking(False)
        port = LoopPort("line", ours.fileno())
        theirs.close()
        with pytest.raises(PortLost, match="closed from the other side"):
            await port.read(within_s=LONG_S)
        assert not asyncio.get_running_loop().remove_reader(ours.fileno())
