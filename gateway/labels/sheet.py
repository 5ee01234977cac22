"""The command sheet: what is scanned at every station (commands, badges, crate types), as pages to print."""

import base64
import html as markup
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from PIL import Image, ImageDraw

from gateway.labels import qr
from gateway.labels.boxes import QUIET_MODULES, Place, Text, Weight
from gateway.labels.fonts import ONE_BIT, drawable
from gateway.labels.render import BLACK, DOTS_PER_MM, WHITE, fitted, write

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "CMD-CLOSE-RECEIPT": ("Kết thúc phiếu nhận", "Close the receipt"),
    "CMD-CLOSE-LOT": ("Kết thúc lô", "Close the lot"),
    "CMD-LABEL-OUT": ("Nhãn đã ra", "The label came out"),
    "CMD-REPRINT": ("In lại nhãn", "Print the label again"),
    "CMD-REPRINT-SLIP": ("In lại phiếu cân", "Print the weigh slip again"),
    "CMD-CAPTURE": ("Ghi cân", "Capture the weight"),
    "CMD-DATE-YES": ("Đúng ngày", "The date is right"),
    "CMD-DATE-NO": ("Sai ngày", "The date is wrong"),
    "CMD-SIGN-OUT": ("Ra ca", "Sign out"),
}
"""The commands a station takes by scan: what each does, in Vietnamese and English."""

_A4_MM: Final = (210, 297)
_MARGIN_MM: Final = 12
_COLUMNS: Final = 3
_CELL_MM: Final = (62, 42)
_TITLE_MM: Final = 12
_MODULE: Final = 8
"""Dots a module: 1 mm, to be scanned from a wall at arm's length."""


class Named(Protocol):
    """A row of a register."""

    @property
    def name(self) -> str:
        """What people call it."""


class Codes(Protocol):
    """The registers the sheet is made of."""

    @property
    def operator(self) -> Mapping[str, Named]:
        """Badges."""

    @property
    def crate(self) -> Mapping[str, Named]:
        """Crate types."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One code with its words."""

    code: str
    vi: str
    en: str


Sections = Sequence[tuple[str, Sequence[Cell]]]


def sections(registers: Codes) -> Sections:
    """Give what the sheet shows: commands first, then the house's badges and crate types."""
    return [
        ("Lệnh · Commands", [Cell(code, vi, en) for code, (vi, en) in COMMANDS.items()]),
        ("Thẻ nhân viên · Badges", [Cell(code, row.name, code) for code, row in registers.operator.items()]),
        ("Loại sọt · Crate types", [Cell(code, row.name, code) for code, row in registers.crate.items()]),
    ]


def pages(title: str, shown: Sections) -> list[Image.Image]:
    """Draw the sections on A4 pages at 8 dots/mm; a section begins on the page it finds room on.

    Raises:
        LabelRefused: A name does not fit, or has a letter no font has.
    """
    drawn: list[Image.Image] = []
    bottom = _A4_MM[1] - _MARGIN_MM
    y = bottom
    for head, rows in _bands(shown):
        high = (_TITLE_MM if head else 0) + _CELL_MM[1]
        if y + high > bottom:
            drawn.append(_page(title))
            y = _MARGIN_MM + _TITLE_MM
        if head:
            _text(drawn[-1], head, (_MARGIN_MM, y + 1), (186, 8), size_mm=6)
            y += _TITLE_MM
        for column, cell in enumerate(rows):
            _cell(drawn[-1], cell, _MARGIN_MM + column * _CELL_MM[0], y)
        y += _CELL_MM[1]
    return drawn


def html(drawn: Sequence[Image.Image], title: str = "Bảng mã lệnh · Command sheet") -> str:
    """Give the pages as one web page that prints by itself on A4: the pictures lie in it, nothing is fetched."""
    pictures = "\n".join(
        f'<img alt="{markup.escape(title)}" src="data:image/png;base64,{_png(page)}">' for page in drawn
    )
    return f"""<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<title>{markup.escape(title)}</title>
<style>
@page {{ size: A4; margin: 0; }}
html, body {{ margin: 0; background: #ddd; }}
img {{ display: block; width: 210mm; margin: 0 auto 8mm; background: #fff; image-rendering: pixelated; }}
@media print {{ html, body {{ background: none; }} img {{ margin: 0; break-after: page; }} }}
</style>
</head>
<body>
{pictures}
</body>
</html>
"""


def _bands(shown: Sections) -> Iterator[tuple[str, Sequence[Cell]]]:
    """Yield rows of cells, the first of a section with its head."""
    for head, cells in shown:
        for number, row in enumerate(cells[at : at + _COLUMNS] for at in range(0, len(cells), _COLUMNS)):
            yield (head if number == 0 else ""), row


def _page(title: str) -> Image.Image:
    page = Image.new("1", (_A4_MM[0] * int(DOTS_PER_MM), _A4_MM[1] * int(DOTS_PER_MM)), WHITE)
    _text(page, f"Bảng mã lệnh · {title}", (_MARGIN_MM, 6), (186, 7), size_mm=4, weight="medium")
    return page


def _cell(page: Image.Image, cell: Cell, x: int, y: int) -> None:
    modules = qr.symbol(cell.code)
    quiet, side = QUIET_MODULES * _MODULE, modules.width * _MODULE
    left, top = x * int(DOTS_PER_MM), y * int(DOTS_PER_MM)
    page.paste(modules.resize((side, side), Image.Resampling.NEAREST), (left + quiet, top + quiet))
    beside = -(-(2 * quiet + side) // int(DOTS_PER_MM))
    room = _CELL_MM[0] - beside - 1
    _text(page, cell.vi, (x + beside, y + 5), (room, 14), size_mm=4.5, lines=3)
    _text(page, cell.en, (x + beside, y + 20), (room, 9), size_mm=3, weight="medium", lines=2)
    if cell.en != cell.code:
        _text(page, cell.code, (x + 4, y + 30), (_CELL_MM[0] - 6, 4), size_mm=2.5, weight="medium")


def _text(
    page: Image.Image,
    words: str,
    at: tuple[int, int],
    room: tuple[int, int],
    *,
    size_mm: float,
    weight: Weight = "semibold",
    lines: int = 1,
) -> None:
    draw = ImageDraw.Draw(page)
    draw.fontmode = ONE_BIT
    box = Text(
        words="sheet",
        x_mm=Decimal(at[0]),
        y_mm=Decimal(at[1]),
        width_mm=Decimal(room[0]),
        height_mm=Decimal(room[1]),
        size_mm=Decimal(str(size_mm)),
        weight=weight,
        lines=lines,
    )
    place: Place = box.place(DOTS_PER_MM)
    write(draw, fitted(box, words, drawable(words), place, DOTS_PER_MM), BLACK)


def _png(page: Image.Image) -> str:
    out = io.BytesIO()
    page.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode("ascii")
