"""The door to the wire: serial ports and TCP streams as bytes on the event loop, with a limit to every wait."""

import asyncio
import fcntl
import os
import re
import socket
import termios
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Final, Protocol, TypeVar

import serial
from pydantic import AfterValidator, Field

from gateway.drivers.loop_port import LoopPort
from gateway.drivers.tapped_port import tapped
from gateway.errors import PortLost

_OPEN_WITHIN_S: Final = 5.0
_PTY_MAJORS: Final = range(136, 144)
_UNSTABLE: Final = re.compile(r"/dev/tty(USB|ACM)\d+")

_hanging: Final[set[str]] = set()
"""What threads were sent to do and have not come back from, long after nobody waits any more."""

T = TypeVar("T")


def _stable(path: str) -> str:
    if _UNSTABLE.fullmatch(path):
        raise ValueError(
            f"{path} may be another device after the next start; "
            "use its name under /dev/serial/by-id or /dev/serial/by-path"
        )
    return path


PortName = Annotated[str, AfterValidator(_stable)]
"""Path of a serial port that stays the same over restarts and replugging."""

Baud = Annotated[int, Field(ge=300, le=4_000_000)]
LineFormat = Annotated[str, Field(pattern=r"^[78][NEO][12]$")]
"""Data bits, parity, stop bits: "8N1", "7E1"."""


class Port(Protocol):
    """An open line of bytes to one device; one reader at a time."""

    @property
    def heard_at(self) -> float:
        """When the newest byte came, in seconds of `time.monotonic()`."""

    async def read(self, within_s: float | None = None) -> bytes:
        """Give what has come, at least one byte.

        Raises:
            DeviceSilent: Nothing came within `within_s` seconds (None: wait for ever).
            PortLost: The line is gone.
            BadFrame: More came unread than is kept (64 KiB); it is thrown away.
        """

    async def write(self, data: bytes, within_s: float = 1.0) -> None:
        """Hand all of `data` to the line.

        Raises:
            DeviceSilent: The line took no more bytes within `within_s` seconds.
            PortLost: The line is gone.
        """

    def discard(self) -> None:
        """Throw away what has come and was not read."""

    async def drain(self, quiet_s: float, at_most_s: float) -> None:
        """Throw away what comes until nothing came for `quiet_s`, or `at_most_s` are over.

        Raises:
            PortLost: The line is gone.
        """


@asynccontextmanager
async def open_port(path: str, *, baud: int, line: str = "8N1", handshake: bool = False) -> AsyncIterator[Port]:
    """Open a serial port for this process alone; symbolic links are followed at each opening.

    `handshake` lets the device hold us up with CTS (RTS/CTS), as printers on a serial line need.

    Raises:
        PortLost: It is not there, not ours, held by another program, or does not open in 5 s.
    """
    opened = await in_thread(
        lambda: _open_serial(path, baud, line, handshake),
        f"open {path}",
        within_s=_OPEN_WITHIN_S,
        unwanted=_close_serial,
    )
    port = LoopPort(path, opened.fileno())
    try:
        yield tapped(port)
    finally:
        port.stop()
        # Closing a real tty may wait for bytes the device does not take.
        with suppress(PortLost):
            what = f"close {path} ({id(opened):x})"  # each opened one is closed, whatever became of the others
            await in_thread(lambda: _close_serial(opened), what, within_s=_OPEN_WITHIN_S)


@asynccontextmanager
async def open_tcp(host: str, tcp_port: int, *, connect_within_s: float) -> AsyncIterator[Port]:
    """Connect to a device on the network.

    Raises:
        PortLost: The name is unknown, or nobody answers within `connect_within_s` seconds.
    """
    name = f"{host}:{tcp_port}"
    loop = asyncio.get_running_loop()
    connection: socket.socket | None = None
    try:
        try:
            async with asyncio.timeout(connect_within_s):
                found = await loop.getaddrinfo(host, tcp_port, type=socket.SOCK_STREAM)
                family, kind, protocol, _, address = found[0]
                connection = socket.socket(family, kind, protocol)
                connection.setblocking(False)
                await loop.sock_connect(connection, address)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except TimeoutError:
            raise PortLost(f"{name} does not answer within {connect_within_s:g} s") from None
        except OSError as error:
            why = os.strerror(error.errno) if error.errno and error.errno > 0 else error
            raise PortLost(f"{name}: {why}") from error
        port = LoopPort(name, connection.fileno())
        try:
            yield tapped(port)
        finally:
            port.stop()
    finally:
        if connection is not None:
            connection.close()


def _open_serial(path: str, baud: int, line: str, handshake: bool = False) -> serial.Serial:
    if _is_pty(path):
        line = f"8N{line[2]}"  # a pty carries no parity bit; asked for one a second time, the system says EINVAL
    try:
        opened = serial.Serial(
            path,
            baud,
            bytesize=int(line[0]),
            parity=line[1],
            stopbits=int(line[2]),
            rtscts=handshake,
            exclusive=True,
            inter_byte_timeout=0,  # VMIN 1: then an empty read means hang-up, not "nothing yet"
        )
    except (OSError, ValueError, termios.error) as error:  # SerialException is an OSError
        raise PortLost(_why_not(path, error)) from error
    with suppress(OSError, ValueError):  # not every driver knows it; a pty never does
        opened.set_low_latency_mode(True)
    # flock keeps out programs that ask; TIOCEXCL also those that do not. A pty whose other end keeps
    # it open would stay closed to everybody after a kill -9, so ptys have the flock alone.
    if not _is_pty(opened.fileno()):
        with suppress(OSError):
            fcntl.ioctl(opened.fileno(), termios.TIOCEXCL)
    return opened


def _is_pty(port: str | int) -> bool:
    """Say whether an open or a named port is a pseudo-terminal: a simulated device."""
    try:
        return os.major(os.stat(port).st_rdev) in _PTY_MAJORS
    except OSError:
        return False  # opening it says why


def _close_serial(opened: serial.Serial) -> None:
    with suppress(OSError, termios.error):
        opened.reset_output_buffer()
    opened.close()


def _why_not(path: str, error: Exception) -> str:
    match getattr(error, "errno", None):
        case 2 | 6 | 19:
            return f"{path} is not there; is it plugged in?"
        case 13:
            return f"{path}: no permission; the service's user belongs in the group 'dialout'"
        case 11 | 16:
            return f"{path} is held by another program"
        case _:
            return f"{path}: {error}"


async def in_thread(
    work: Callable[[], T], name: str, *, within_s: float, unwanted: Callable[[T], None] | None = None
) -> T:
    """Run blocking `work` in a thread of its own, which may hang without holding up the loop or the exit.

    `unwanted` gets the result when nobody waits for it any more. While work of this name hangs, no second thread is
    sent after it: a device that never comes back costs one thread, not one at each try.

    Raises:
        PortLost: It was not done in time, or an earlier one still hangs.
    """
    if name in _hanging:
        raise PortLost(f"{name}: an earlier try has not come back")
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()  # from here on only the thread ends it

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # carried over to the waiter, whatever it is
            done.set_exception(error)

    def too_late(late: Future[T]) -> None:
        _hanging.discard(name)
        if unwanted is not None and late.exception() is None:
            unwanted(late.result())

    threading.Thread(target=run, name=name, daemon=True).start()
    try:
        async with asyncio.timeout(within_s):
            return await asyncio.wrap_future(done)
    except TimeoutError:
        _hanging.add(name)
        done.add_done_callback(too_late)
        raise PortLost(f"{name}: not done within {within_s:g} s") from None
    except asyncio.CancelledError:
        done.add_done_callback(too_late)
        raise
