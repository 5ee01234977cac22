"""Lists as CSV that opens in Excel with its Vietnamese text: UTF-8 with BOM, machine numbers, ISO dates."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from gateway.locale.shown import LOCAL
from gateway.trace.account import Recall
from gateway.trace.day_report import Act, Day

BOM: Final = "\ufeff"

_DAY: Final = (
    *("Thời gian", "Loại", "Số", "Lô", "Sản phẩm", "Nông hộ / khách hàng", "Số thùng"),
    *(
        "Cả bì (kg)",
        "Bì (kg)",
        "Trừ (kg)",
        "Tịnh (kg)",
        "Hao hụt (kg)",
        "Người",
        "Trạng thái",
        "Nhập tay (phiếu)",
        "Lý do",
    ),
)
_RECALL: Final = (
    *(
        "Lô thu hoạch",
        "Mã số vùng trồng",
        "Nông hộ",
        "Ngày thu hoạch",
        "Sản phẩm",
        "Lô",
        "Ở đâu",
        "Pallet",
        "Chuyến hàng",
    ),
    *("Khách hàng", "Xuất lúc", "Kho", "Số thùng", "Khối lượng (kg)", "Thùng đầu", "Thùng cuối"),
)
_ACTS: Final[dict[Act, str]] = {
    "receipt": "Phiếu nhận",
    "grading": "Phân loại",
    "carton": "Đóng thùng",
    "pallet": "Xếp pallet",
    "dispatch": "Xuất hàng",
    "destroy": "Tiêu hủy",
}
_STATES: Final = {"stands": "", "void": "đã hủy", "corrected": "đã đính chính"}


def day_csv(report: Day) -> str:
    """Give the day's acts, a row each."""
    return _sheet(
        _DAY,
        (
            (
                _time(one.at),
                _ACTS[one.act],
                _text(one.number),
                one.lot,
                one.product,
                one.partner,
                one.cartons or "",
                *map(_kg, (one.gross, one.tare, one.deduction or None, one.net, one.loss or None)),
                one.by,
                _STATES[one.state],
                one.manual,
                one.reason,
            )
            for one in report.lines
        ),
    )


def recall_csv(recall: Recall) -> str:
    """Give every whereabouts of a recall, a row each."""
    return _sheet(
        _RECALL,
        (
            (
                lot.lot,
                lot.area or "",
                lot.farm or "",
                lot.harvested[1].isoformat(),
                lot.product,
                one.lot,
                one.words.vi,
                _text(one.pallet or ""),
                one.dispatch or "",
                one.customer or "",
                _time(one.at) if one.at else "",
                one.room or "",
                one.cartons or "",
                _kg(one.kg),
                _text(one.first_serial or ""),
                _text(one.last_serial or ""),
            )
            for lot in recall.lots
            for one in lot.where
        ),
    )


def _sheet(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return BOM + out.getvalue()


def _text(code: str) -> str:
    """Keep a code of digits a text: Excel would round the 18 digits of an SSCC."""
    return f'="{code}"' if code.isdigit() else code


def _kg(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


def _time(at: datetime) -> str:
    return at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S")
