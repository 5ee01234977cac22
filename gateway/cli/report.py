"""`gateway report day`: what was received, packed, dispatched and lost on a day."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath


def report(
    what: Annotated[Literal["day"], typer.Argument(help="day: báo cáo ngày. / the report of a day.")],
    of: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Ngày; mặc định hôm nay. / The day; today by default."),
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Ghi bảng cho Excel. / Write a sheet for Excel.")] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Báo cáo ngày: nhận, đóng gói, xuất, hao hụt, hủy, trừ / The report of a day.

    Bản ghi nhập sau từ phiếu giấy tính vào ngày cân và có đánh dấu. / What was entered later from a paper form counts
    on the day of its weighing and is marked.
    """
    from gateway.cli.premises import premises
    from gateway.errors import GatewayError
    from gateway.locale.shown import LOCAL
    from gateway.trace import day_now

    assert what == "day"
    now = datetime.now(UTC)
    asked = of.date() if of is not None else now.astimezone(LOCAL).date()
    try:
        told = day_now(premises(config), asked, now)
    except FileNotFoundError as error:
        raise GatewayError(f"không có sổ sự kiện ở {error} / there is no journal there") from error
    if csv is not None:
        from gateway.trace.sheet import day_csv

        csv.write_text(day_csv(told), encoding="utf-8", newline="")
    if as_json:
        from gateway.journal.canonical import canonical

        print(canonical(told.as_json()).decode())
    elif csv is None:
        from gateway.trace.terminal import day_text

        sys.stdout.write(day_text(told))
