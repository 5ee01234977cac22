"""A printer: its settings, how it is asked, and how one label goes out to it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from gateway.acts import Evidence, PrintState
from gateway.drivers.port import Baud, LineFormat, PortName
from gateway.errors import PrinterError
from gateway.printing.connection import Connection, Interrupted, connect_serial, connect_tcp, connect_usb
from gateway.printing.languages import LANGUAGES, End
from gateway.printing.status import PrinterStatus
from gateway.settings import Amount, Seconds, Settings

_MOST_DENSITY: Final = {"tspl": 15, "escpos": 15, "zpl": 30}


def _device(path: str) -> str:
    if not path.startswith("/dev/"):
        raise ValueError(f"{path} is no device; use its name under /dev, for example /dev/usb/lp-pack-1")
    return path


UsbName = Annotated[str, AfterValidator(_device)]
"""Path of a USB printer, best a link that udev makes: the number in /dev/usb/lp0 changes."""


class PrinterTable(Settings):
    """`[printer.<name>]`: a label printer on TCP (`host`), USB (`usb`) or a serial line (`serial`).

    `status = "none"` is for printers that answer no query. `head_dots` is the width the head can print, whatever the
    paper. `density` (0-15, in ZPL 0-30), `speed` (inches a second), `direction` are TSPL's and ZPL's, `gap_mm` TSPL's,
    `compressed` ZPL's; `feed_mm`, `cut` ESC/POS'. `letters` asks TSPL by <ESC>!S, `process_id` ESC/POS by GS ( H.
    """

    language: Literal["escpos", "tspl", "zpl"]
    host: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 9100
    usb: UsbName | None = None
    serial: PortName | None = None
    baud: Baud = 115_200
    line: LineFormat = "8N1"
    handshake: bool = True
    head_dots: Annotated[int, Field(ge=64, le=4096)]
    dots_per_mm: Annotated[Amount, Field(ge=6, le=24)] = Decimal(8)
    status: Literal["full", "none"] = "full"
    letters: bool = False
    process_id: bool = False
    density: Annotated[int, Field(ge=0, le=30)] = 8
    speed: Annotated[Amount, Field(gt=0, le=14)] = Decimal(3)
    direction: Literal[0, 1] = 1
    gap_mm: Annotated[Amount, Field(ge=0, le=20)] = Decimal(2)
    feed_mm: Annotated[Amount, Field(ge=0, le=100)] = Decimal(0)
    cut: bool = False
    compressed: bool = True
    timeout_s: Annotated[Seconds, Field(gt=0, le=30)] = 3.0

    @model_validator(mode="after")
    def _is_one_printer(self) -> "PrinterTable":
        if [self.host, self.usb, self.serial].count(None) != 2:
            raise ValueError("a printer has a host (TCP), usb or serial, one of the three")
        most = _MOST_DENSITY[self.language]
        if self.density > most:
            raise ValueError(f"density: {self.language} knows 0 to {most} (found {self.density})")
        return self

    @property
    def address(self) -> str:
        """Where it is, as people know it."""
        return self.usb or self.serial or f"{self.host}:{self.port}"

    def talk(self) -> AbstractAsyncContextManager[Connection]:
        """Open a conversation; entering it raises PrinterError when it cannot be opened in time."""
        if self.usb is not None:
            return connect_usb(self.usb, self.timeout_s)
        if self.serial is not None:
            return connect_serial(self.serial, self.baud, self.line, self.timeout_s, handshake=self.handshake)
        return connect_tcp(self.host or "", self.port, self.timeout_s)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt to print ended. `queued`: no byte of the label was accepted, it may be tried again."""

    state: PrintState
    evidence: Evidence
    status: PrinterStatus
    reason: str = ""


async def ask(table: PrinterTable) -> PrinterStatus:
    """Ask a printer how it is, in a conversation of its own; UNKNOWN when it cannot be reached or asked."""
    try:
        async with table.talk() as line:
            return await _before(line, table)
    except PrinterError:
        return PrinterStatus.UNKNOWN


async def send(table: PrinterTable, label: bytes, begin: Callable[[], Awaitable[None]]) -> Outcome:
    """Send one label's bytes and say how it ended. `begin` is awaited before the first byte leaves.

    A printer that is asked and does not say it is ready gets nothing. Behind the first byte, whatever is not a clear
    "ready" is `unknown`: a person looks.
    """
    try:
        async with table.talk() as line:
            before = await _before(line, table)
            if table.status == "full" and not before.prints:
                return Outcome("queued", "none", before, _WHY.get(before, "the printer is not ready"))
            await begin()
            try:
                await line.send(label)
            except Interrupted as error:
                return Outcome("unknown", "none", PrinterStatus.UNKNOWN, str(error))
            return await _behind(line, table)
    except PrinterError as error:
        return Outcome("queued", "none", PrinterStatus.UNKNOWN, str(error))


_WHY: Final = {
    PrinterStatus.UNKNOWN: 'the printer does not answer; if it never does, set status = "none"',
    PrinterStatus.PAPER_OUT: "paper out",
    PrinterStatus.COVER_OPEN: "cover open",
    PrinterStatus.BUSY: "still printing",
    PrinterStatus.ERROR: "the printer reports an error",
}


async def _before(line: Connection, table: PrinterTable) -> PrinterStatus:
    if table.status == "none":
        return PrinterStatus.UNKNOWN
    return await LANGUAGES[table.language](line, table).look()


async def _behind(line: Connection, table: PrinterTable) -> Outcome:
    if table.status == "none":
        broken = await line.hear_a_break()
        return Outcome("unknown" if broken else "done", "sent", PrinterStatus.UNKNOWN, broken)
    end: End = await LANGUAGES[table.language](line, table).end()
    if end.evidence is not None:
        return Outcome("done", end.evidence, end.status)
    return Outcome("unknown", "sent", end.status, f"behind the label: {_WHY[end.status]}")
