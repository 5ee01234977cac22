"""The command sheet: what is scanned at every station (commands, badges, crate types), as pages to print."""

import base64
import html as markup
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from PIL import Image, ImageDraw

from gateway.labels import qr
from gateway.labels.boxes import QUIET_MODULES, Place, Text, Weight
from gateway.labels.fonts import ONE_BIT, drawable
from gateway.labels.render import BLACK, DOTS_PER_MM, WHITE, fitted, write

_GROUPS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "Mọi trạm · Every station": {
        "CMD-LABEL-OUT": ("Nhãn đã ra", "The label came out"),
        "CMD-REPRINT": ("In lại nhãn", "Print the label again"),
        "CMD-CAPTURE": ("Ghi cân", "Capture the weight"),
        "CMD-BACK": ("Quay lại", "Go back"),
        "CMD-DATE-YES": ("Đúng ngày", "The date is right"),
        "CMD-DATE-NO": ("Sai ngày", "The date is wrong"),
        "CMD-SIGN-OUT": ("Ra ca", "Sign out"),
    },
    "Cổng nhận hàng · Gate": {
        "CMD-CLOSE-RECEIPT": ("Kết thúc phiếu nhận", "Close the receipt"),
        "CMD-REPRINT-SLIP": ("In lại phiếu cân", "Weigh slip again"),
        "CMD-DEDUCT": ("Khấu trừ", "Deduct: weigh it next"),
        "CMD-EXPORT": ("Hàng xuất khẩu", "For export"),
        "CMD-DOMESTIC": ("Hàng nội địa", "For the home market"),
        "CMD-PHI-OK": ("Đủ thời gian cách ly", "Interval was kept"),
        "CMD-PHI-NO": ("Chưa đủ cách ly", "Interval was not kept"),
    },
    "Kiểm tra · Inspection": {
        "CMD-ACCEPT": ("Đạt", "Accepted"),
        "CMD-CONDITIONAL": ("Đạt có điều kiện", "On conditions"),
        "CMD-REJECT": ("Không đạt", "Rejected"),
    },
    "Phân loại, đóng gói · Grading, packing": {
        "GRADE-LOSS": ("Hàng loại", "Culls"),
        "CMD-FINISH-RUN": ("Kết thúc lượt phân loại", "Finish the run"),
        "CMD-FINISH-LOT": ("Phân loại hết lô", "The lot is used up"),
        "CMD-CLOSE-LOT": ("Kết thúc lô", "Close the lot"),
    },
    "Pallet, xuất hàng · Pallets, dispatch": {
        "CMD-NEW-PALLET": ("Pallet mới", "New pallet"),
        "CMD-CLOSE-PALLET": ("Kết thúc pallet", "Close the pallet"),
        "CMD-TAKE-OFF": ("Lấy ra", "Take off the next"),
        "CMD-DISPATCH": ("Xe rời đi", "The vehicle leaves"),
    },
    "Tổ trưởng: quét lệnh, lý do, rồi quét mã · Supervisor: command, reason, then the goods": {
        "CMD-VOID": ("Hủy lần cân", "Void a weighing"),
        "CMD-HOLD": ("Tạm giữ", "Hold"),
        "CMD-RELEASE": ("Bỏ tạm giữ", "Release"),
        "CMD-REOPEN": ("Mở lại lô", "Reopen a lot"),
        "CMD-UNPACK": ("Dỡ pallet", "Take a pallet apart"),
        "CMD-DESTROY": ("Tiêu hủy", "Destroy"),
    },
    "Lý do · Reasons": {
        "WHY-DAMAGED": ("Hỏng, dập", "Damaged"),
        "WHY-SPOILED": ("Thối, chín quá", "Spoiled"),
        "WHY-WEIGHT": ("Sai số cân", "Wrong weight"),
        "WHY-LABEL": ("Sai nhãn, sai lô", "Wrong label or lot"),
        "WHY-TEMPERATURE": ("Vượt ngưỡng nhiệt độ", "Temperature"),
        "WHY-OTHER": ("Lý do khác", "Another reason"),
    },
}
"""What a station takes by scan, by the place where it is scanned: what each does, in Vietnamese and English."""

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    code: words for group in _GROUPS.values() for code, words in group.items()
}
"""All of them."""

_A4_MM: Final = (210, 297)
_MARGIN_MM: Final = 12
_COLUMNS: Final = 3
_CELL_MM: Final = (62, 36)
_TITLE_MM: Final = 12
_MODULE: Final = 8
"""Dots a module: 1 mm, to be scanned from a wall at arm's length."""


class Named(Protocol):
    """A row of a register."""

    @property
    def name(self) -> str:
        """What people call it."""


class Worded(Protocol):
    """Something named in both languages."""

    @property
    def vi(self) -> str:
        """In Vietnamese."""

    @property
    def en(self) -> str:
        """In English."""


class Grade(Protocol):
    """A lot a product is sorted into."""

    @property
    def name(self) -> Worded:
        """What people call it."""


class Graded(Protocol):
    """A product, maybe with grades."""

    @property
    def grade(self) -> Mapping[str, Grade]:
        """Its grades by name."""


class Codes(Protocol):
    """The registers the sheet is made of."""

    @property
    def operator(self) -> Mapping[str, Named]:
        """Badges."""

    @property
    def product(self) -> Mapping[str, Graded]:
        """Products, whose grades are chosen by scan."""

    @property
    def crate(self) -> Mapping[str, Named]:
        """Crate types."""

    @property
    def customer(self) -> Mapping[str, Named]:
        """Customers: scanned at the dock."""


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
        *((title, [Cell(code, vi, en) for code, (vi, en) in group.items()]) for title, group in _GROUPS.items()),
        ("Hạng · Grades", _grades(registers)),
        ("Thẻ nhân viên · Badges", [Cell(code, row.name, code) for code, row in registers.operator.items()]),
        ("Loại sọt · Crate types", [Cell(code, row.name, code) for code, row in registers.crate.items()]),
        ("Khách hàng · Customers", [Cell(code, row.name, code) for code, row in registers.customer.items()]),
    ]


def _grades(registers: Codes) -> list[Cell]:
    """Give a cell for each grade; products may share one, which is then called as the first calls it."""
    cells: dict[str, Cell] = {}
    for product in registers.product.values():
        for name, grade in product.grade.items():
            cells.setdefault(f"GRADE-{name}", Cell(f"GRADE-{name}", grade.name.vi, grade.name.en))
    return list(cells.values())


def pages(title: str, shown: Sections) -> list[Image.Image]:
    """Draw the sections on A4 pages at 8 dots/mm; a section stands whole on a page, or under its head on each.

    Raises:
        LabelRefused: A name does not fit, or has a letter no font has.
    """
    drawn: list[Image.Image] = []
    bottom = _A4_MM[1] - _MARGIN_MM
    top = y = _MARGIN_MM + _TITLE_MM
    for head, cells in shown:
        rows = [cells[at : at + _COLUMNS] for at in range(0, len(cells), _COLUMNS)]
        whole = _TITLE_MM + len(rows) * _CELL_MM[1]
        if rows and (not drawn or y + min(whole, bottom - top) > bottom):
            drawn.append(_page(title))
            y = top
        for number, row in enumerate(rows):
            if y + _CELL_MM[1] > bottom:
                drawn.append(_page(title))
                y = top
            if number == 0 or y == top:
                _text(drawn[-1], head, (_MARGIN_MM, y + 1), (186, 8), size_mm=6)
                y += _TITLE_MM
            for column, cell in enumerate(row):
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
