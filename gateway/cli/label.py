"""`gateway label`: labels as pictures, test labels on paper, and the sheet of codes."""

import asyncio
import logging
import sys
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json
from gateway.labels.boxes import Mark

if TYPE_CHECKING:
    from gateway.config import Config
    from gateway.labels.template import Template
    from gateway.printing.printer import Outcome, PrinterTable


REPRINT: Final[tuple[Mark, ...]] = ("reprint",)
PRACTICE: Final[tuple[Mark, ...]] = ("practice",)


class Doing(StrEnum):
    """What is wanted of labels."""

    PREVIEW = "preview"
    PRINT = "print"
    TEST = "test"
    SHEET = "sheet"
    QUEUE = "queue"
    CANCEL = "cancel"


def label(  # noqa: PLR0917 - typer makes options of them
    do: Annotated[
        Doing,
        typer.Argument(
            help="preview: vẽ ra PNG; print: in thử một mẫu; test: nhãn thử; sheet: bảng mã lệnh; "
            "queue: nhãn đang chờ; cancel: hủy nhãn đang chờ. / "
            "preview: draw a PNG; print: a trial of a template; test: the test label; sheet: the command sheet; "
            "queue: the labels that wait; cancel: do not print one of them."
        ),
    ],
    name: Annotated[
        str | None,
        typer.Argument(
            help="Mẫu nhãn (preview, print), máy in (test, queue), số việc (cancel). / A template, a printer, or a job."
        ),
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Tệp PNG (sheet: .html hoặc .png). / Where the picture goes.")
    ] = None,
    printer: Annotated[str | None, typer.Option(help="Máy in (print). / The printer to print on.")] = None,
    mark: Annotated[bool, typer.Option(help="preview: có dấu IN LẠI. / preview: marked as a reprint.")] = False,
    reason: Annotated[str, typer.Option(help="Lý do hủy (cancel). / Why (cancel).")] = "",
    by: Annotated[str, typer.Option(help="Mã thẻ người hủy (cancel). / The badge of who cancels.")] = "",
    as_json: AsJson = False,
) -> None:
    """Nhãn: xem trước, in thử, bảng mã lệnh / Labels: preview, trial prints, the sheet of command codes.

    Nhãn in từ đây luôn mang dấu LÀM THỬ, vì sổ sự kiện không ghi. Không in khi gateway đang dùng máy in.
    / What is printed from here is always marked LÀM THỬ, for the journal does not know of it. Not while the gateway
    uses the printer.
    """
    from gateway.config import load
    from gateway.errors import LabelRefused
    from gateway.labels.words import in_vietnamese

    if do is Doing.QUEUE:
        from gateway.cli.label_queue import show

        show(config, printer or name, as_json=as_json)
        return
    if do is Doing.CANCEL:
        from gateway.cli.label_queue import cancel

        cancel(config, name, reason=reason, by=by, as_json=as_json)
        return
    house = load(config)
    try:
        match do:
            case Doing.PREVIEW:
                _preview(house, _named(house.templates, name), out or Path(f"{name}.png"), marked=mark)
            case Doing.SHEET:
                _sheet(house, out or Path("command-sheet.html"))
            case Doing.PRINT:
                _print(house, _named(house.templates, name), _only(house, printer), as_json)
            case Doing.TEST:
                _print(house, house.templates["test-48x30"], _only(house, name or printer), as_json)
    except LabelRefused as refusal:
        print(f"lỗi / error: {in_vietnamese(str(refusal))}\n    {refusal}", file=sys.stderr)
        sys.exit(1)


def _named(templates: "Mapping[str, Template]", name: str | None) -> "Template":
    if name is not None and name in templates:
        return templates[name]
    known = ", ".join(templates) or "-"
    raise typer.BadParameter(f"mẫu nhãn hiện có / label templates: {known}")


def _only(house: "Config", name: str | None) -> str:
    """Give the printer that is meant: the one named, or the only one there is."""
    if name is None and len(house.printer) == 1:
        return next(iter(house.printer))
    if name is None or name not in house.printer:
        raise typer.BadParameter(f"máy in hiện có / printers: {', '.join(house.printer) or '-'}")
    return name


def _sample(house: "Config", template: "Template") -> dict[str, str]:
    from gateway.labels.trial import SAMPLES

    fields = dict(SAMPLES[template.kind])
    return fields | {"uri": fields["uri"].replace("trace.example.org", house.site.domain)}


def _preview(house: "Config", template: "Template", out: Path, *, marked: bool) -> None:
    from gateway.labels.preflight import inspect
    from gateway.labels.render import render

    drawn = render(template, _sample(house, template), marks=REPRINT if marked else ())
    inspect(drawn)
    drawn.picture.save(out, "PNG", dpi=(203.2, 203.2))
    width, height = drawn.picture.size
    codes = ", ".join(symbol.carrier for symbol in drawn.symbols)
    print(f"{out}: {template.width_mm} x {template.height_mm} mm, {width} x {height}, {codes}")


def _print(house: "Config", template: "Template", name: str, as_json: bool) -> None:
    from gateway.printing.drawing import of_fields

    logging.basicConfig(level=logging.ERROR)
    table = house.printer[name]
    fields = _sample(house, template)
    if template.kind == "test":
        fields |= {
            "printer": name,
            "language": table.language,
            "head": str(table.head_dots),
            "printed": f"{datetime.now().astimezone():%d/%m/%Y %H:%M}",
            "uri": f"TEST {name}",
        }
    outcome = asyncio.run(_send(table, of_fields(fields, template, table, PRACTICE)))
    if as_json:
        print_json(
            {
                "printer": name,
                "state": outcome.state,
                "evidence": outcome.evidence,
                "status": str(outcome.status),
                "reason": outcome.reason,
            }
        )
    else:
        print(f"{name} ({table.address}): {_SAID[outcome.state]}; {outcome.evidence}, {outcome.status}")
        if outcome.reason:
            print(f"    {outcome.reason}")
        if template.kind == "test" and outcome.state == "done":
            print(_LOOK)
    sys.exit(0 if outcome.state == "done" else 1)


_LOOK = """\
    thiếu cạnh khung: căn khe, xem head_dots · a side of the frame missing: gap, head_dots
    chữ ngược: đổi direction · upside down: the other direction
    vạch xám: tăng density · a grey bar: raise density
    vệt trắng qua vạch đen: lau đầu in bằng cồn · a white line through the bar: clean the head with alcohol"""

_SAID = {
    "done": "nhãn đã ra / the label came out",
    "unknown": "không rõ nhãn đã ra chưa, xem máy in / nobody knows whether it came out, look at the printer",
    "queued": "chưa gửi gì / nothing was sent",
}


async def _send(table: "PrinterTable", job: bytes) -> "Outcome":
    from gateway.printing.printer import send

    async def begin() -> None:
        """Nothing to write down: no event has this label."""

    return await send(table, job, begin)


def _sheet(house: "Config", out: Path) -> None:
    from gateway.labels import sheet

    pages = sheet.pages(house.site.domain, sheet.sections(house.registers))
    if out.suffix == ".png":
        for number, page in enumerate(pages, 1):
            path = out if len(pages) == 1 else out.with_stem(f"{out.stem}-{number}")
            page.save(path, "PNG", dpi=(203.2, 203.2))
            print(path)
        return
    out.write_text(sheet.html(pages), "utf-8")
    print(out)
