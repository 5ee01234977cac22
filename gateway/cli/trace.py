"""`gateway trace`: where a carton, a pallet or a lot comes from and went; all lots of a growing area."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath

if TYPE_CHECKING:
    from gateway.trace import Recall, Trace


def trace(
    code: Annotated[
        str | None,
        typer.Argument(
            help="Mã thùng, pallet, lô, tem hoặc mã số vùng trồng; mã QR cũng được."
            " / A carton's, pallet's, lot's, stamp's or growing area's code, or what a scanner sends."
        ),
    ] = None,
    *,
    area: Annotated[
        str | None, typer.Option("--area", help="Mọi lô của vùng trồng này. / All lots of this growing area.")
    ] = None,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="Thu hoạch từ ngày. / Harvested on this day or later."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="Thu hoạch đến ngày. / Harvested on this day or earlier."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Ghi trang in được (A4). / Write a page to print.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Ghi danh sách cho Excel. / Write the list for Excel.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Truy xuất một bước trước, một bước sau / One step back, one step forward.

    Chạy được cả khi gateway đang chạy. Mã thoát 1 khi không có mã này. / Works while the gateway runs. Exit status 1
    when the code is not known.
    """
    from gateway.cli.premises import premises
    from gateway.errors import GatewayError
    from gateway.trace import Trace, recall_now, trace_now

    if (code is None) == (area is None):
        raise typer.BadParameter("cần một mã, hoặc --area / give a code, or --area")
    house, now = premises(config), datetime.now(UTC)
    try:
        told = (
            recall_now(house, area.upper(), _day(first), _day(last), now)
            if area is not None
            else trace_now(house, code or "", now)
        )
    except FileNotFoundError as error:
        raise GatewayError(f"không có sổ sự kiện ở {error} / there is no journal there") from error
    if isinstance(told, Trace):
        if csv is not None:
            raise typer.BadParameter("--csv: chỉ cho danh sách của vùng trồng / for the list of an area only")
        _print_trace(told, html, as_json=as_json)
    else:
        if html is not None:
            raise typer.BadParameter("--html: chỉ cho một thùng, pallet hoặc lô / for one carton, pallet or lot only")
        _print_recall(told, csv, as_json=as_json)


def _day(at: datetime | None) -> date | None:
    return at.date() if at is not None else None


def _print_trace(told: "Trace", html: Path | None, *, as_json: bool) -> None:
    if html is not None:
        from gateway.trace.page import page

        html.write_text(page(told), encoding="utf-8")
    if as_json:
        _print_document(told)
    elif html is None:
        from gateway.trace.terminal import trace_text

        sys.stdout.write(trace_text(told))


def _print_recall(told: "Recall", csv: Path | None, *, as_json: bool) -> None:
    if csv is not None:
        from gateway.trace.sheet import recall_csv

        csv.write_text(recall_csv(told), encoding="utf-8", newline="")
    if as_json:
        _print_document(told)
    elif csv is None:
        from gateway.trace.terminal import recall_text

        sys.stdout.write(recall_text(told))


def _print_document(told: "Trace | Recall") -> None:
    from gateway.journal.canonical import canonical

    print(canonical(told.as_json()).decode())
