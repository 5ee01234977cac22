"""A pty dressed as a serial line: paced like its baud rate in both directions, pulled out and put back on command.

A pty has no speed of its own, so that bytes would arrive in one lump and at once. Bytes sent appear when the last of
them would have left a real line; bytes heard come with the moment at which a real line would have delivered them.
"""

import array
import asyncio
import fcntl
import os
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from firmware_mock.control import Command, Json, Refusal
from firmware_mock.faults import LineFaults

LUMP_S: Final = 0.005  # a wake-up for each byte would cost more than it shows
ROUNDING_S: Final = 0.0005  # epoll rounds up to whole milliseconds: half of one is taken off
FORGET_AFTER_S: Final = 1.0  # whoever listens is never this far behind
BUFFER: Final = 4096  # what a serial driver keeps; more is lost, as it would be there


class SerialLine:
    """One end of a line; the other end is the tty that `link` points to.

    Args:
        link: Stable name of the tty, made again at each plug.
        baud: Bits a second; a character is 10 bits (8N1) unless said otherwise.
        faults: What is to go wrong.
        hear: Called with bytes that came in and the loop time at which the line had delivered the last of them.
        bits: Bits a character, start and stop bits included.
        strict: Spoil every byte for who opened the line at another speed, as a UART would.
    """

    def __init__(
        self,
        link: Path,
        *,
        baud: int,
        faults: LineFaults,
        hear: Callable[[bytes, float], None],
        bits: int = 10,
        strict: bool = False,
    ) -> None:
        self.character_s = bits / baud
        self._speed = getattr(termios, f"B{baud}", None) if strict else None
        self._link = link
        self._faults = faults
        self._hear = hear
        self._ends: tuple[int, int] | None = None
        self._tty = ""
        self._sending = asyncio.Lock()
        self._heard_until = 0.0
        self._sent_until = 0.0
        self._empty_at = 0.0
        self._frames = 0
        self._forgotten = 0

    def status(self) -> Json:
        """Give what a simulator says of its line: how many frames it sent, how often nobody had listened."""
        return {"plugged": self._ends is not None, "frames": self._frames, "forgotten": self._forgotten}

    @contextmanager
    def plugged_in(self) -> Iterator[None]:
        """Keep the line plugged in for the block (unless told otherwise), and leave no link behind."""
        self.plug()
        try:
            yield
        finally:
            self.unplug()

    def plug(self) -> None:
        """Make a new tty and point the link to it, in one step."""
        if self._ends:
            return
        if self._link.exists() and not self._link.is_symlink():
            raise FileExistsError(f"{self._link} is there already and is no link")
        master, slave = self._ends = os.openpty()
        # The slave stays open here as well: the master would otherwise read EIO whenever nobody else has it open.
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._tty = os.ttyname(slave)
        self._link.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self._tty)
        fresh.replace(self._link)
        asyncio.get_running_loop().add_reader(master, self._read, master)

    def unplug(self) -> None:
        """Pull the plug: who has the tty open gets an error, and the link is gone."""
        if not self._ends:
            return
        master, slave = self._ends
        self._ends = None
        asyncio.get_running_loop().remove_reader(master)
        with suppress(FileNotFoundError, OSError):
            if os.readlink(self._link) == self._tty:  # another simulator may have taken the name since
                self._link.unlink()
        os.close(master)
        os.close(slave)

    async def send(self, frame: bytes, *, not_before: float = 0.0) -> None:
        """Send a frame, behind those already waiting; return when its last byte has left.

        Args:
            frame: The bytes, before the faults have their way with them.
            not_before: Loop time at which its first byte may start.
        """
        loop = asyncio.get_running_loop()
        async with self._sending:
            bytes_left = self._faults.spoil(frame)
            each_s = self.character_s + self._faults.drip_s
            start = max(self._sent_until, not_before or loop.time())
            self._sent_until = start + len(bytes_left) * each_s
            lump = max(1, round(LUMP_S / each_s))
            for at in range(0, len(bytes_left), lump):
                piece = bytes_left[at : at + lump]
                await asyncio.sleep(start + (at + len(piece)) * each_s - ROUNDING_S - loop.time())
                self._write(piece, loop.time())
            self._frames += 1

    def commands(self) -> dict[str, Command]:
        """Give the verbs of a line, those of its faults included.

        {"unplug": true}, {"plug": true}
        {"noise": "00007f7f"}   these bytes (hex) appear on the line, between two frames or in the middle of one
        """
        return {"unplug": self._unplug, "plug": self._plug, "noise": self._noise} | self._faults.commands()

    def must_be_plugged(self) -> None:
        """Refuse a command that needs the line while it is unplugged."""
        if not self._ends:
            raise Refusal("unplugged")

    def _unplug(self, _: object, __: Json) -> None:
        self.unplug()

    def _plug(self, _: object, __: Json) -> Json:
        self.plug()
        return {"tty": self._tty}

    def _noise(self, value: object, _: Json) -> None:
        self.must_be_plugged()
        try:
            noise = bytes.fromhex(str(value))
        except ValueError as error:
            raise Refusal(f"noise: {error}") from error
        self._write(noise, asyncio.get_running_loop().time())

    def _read(self, master: int) -> None:
        try:
            data = os.read(master, BUFFER)
        except BlockingIOError:
            return
        now = asyncio.get_running_loop().time()
        self._heard_until = max(self._heard_until, now) + len(data) * self.character_s
        self._hear(self._as_heard(data), self._heard_until)

    def _as_heard(self, data: bytes) -> bytes:
        """Give what arrives of data when the two ends may run at different speeds."""
        if self._speed is None or not self._ends or termios.tcgetattr(self._ends[1])[5] == self._speed:
            return data
        return bytes((byte * 5 + 0x91) & 0xFF | 0x80 for byte in data[::2])

    def _write(self, piece: bytes, now: float) -> None:
        if not self._ends:
            return
        piece = self._as_heard(piece)
        master, slave = self._ends
        waiting = array.array("i", [0])
        fcntl.ioctl(slave, termios.FIONREAD, waiting)
        if not waiting[0]:
            self._empty_at = now
        elif now - self._empty_at > FORGET_AFTER_S:
            # Nobody has the port open. A pty would keep it all for whoever comes, a serial port keeps nothing.
            termios.tcflush(slave, termios.TCIFLUSH)
            self._empty_at = now
            self._forgotten += 1
        if waiting[0] + len(piece) <= BUFFER:
            with suppress(BlockingIOError):
                os.write(master, piece)
