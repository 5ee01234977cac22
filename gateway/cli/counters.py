"""`gateway counters`: a person says where numbers begin, or that they jump ahead."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json

_LETTERS: Final = ("H", "R")
"""Harvest lots and receipts, the documents that are numbered by date."""


def counters(
    config: ConfigPath = DEFAULT_CONFIG,
    start: Annotated[
        bool,
        typer.Option("--start", help="Bắt đầu đánh số: một bước khi lắp máy. / Begin: a step of the installation."),
    ] = False,
    skip: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Nhảy số thùng và số chứng từ hôm nay thêm N (thẻ nhớ mới, sổ cũ đã mất). / "
            "Jump N ahead in today's cartons and documents (new card, journal lost).",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bộ đếm số thùng, lô, phiếu / Counters of cartons and lots."""
    from gateway.config import load
    from gateway.errors import NumberingStopped
    from gateway.journal import start_counters
    from gateway.journal.counter_file import read_counter_file

    if start and skip:
        raise typer.BadParameter("--start hoặc / or --skip")
    checked = load(config)
    data = checked.gateway.data
    if start:
        start_counters(data)
    if skip:
        _skip(data, checked.site.gateway_number, skip)
    content = read_counter_file(data)
    if content is None:
        raise NumberingStopped(
            f"{data}: chưa đánh số, chạy `gateway counters --start` một lần / "
            "no numbers yet, run `gateway counters --start` once"
        )
    numbers: dict[str, Any] = {name: dict(scopes) for name, scopes in content.numbers.items()}
    if as_json:
        print_json({"numbers": numbers})
        return
    print("đánh số được phép / numbering may go on")
    for name, scopes in numbers.items():
        for scope, number in list(scopes.items())[-3:]:
            print(f"  {name} {scope}: {number}")


def _skip(data: Path, gateway: int, ahead: int) -> None:
    """Raise today's numbers. The daemon keeps them in memory, so it must not be running meanwhile."""
    from datetime import UTC, datetime

    from gateway.cli.panel_reader import is_running
    from gateway.errors import GatewayError
    from gateway.journal.counter_file import CounterFile, read_counter_file, write_counter_file
    from gateway.journal.counters import MOST_CARTONS, MOST_DOCUMENTS
    from gateway.journal.projections.numbers import CARTON, scope
    from gateway.locale.shown import LOCAL

    if is_running(data):
        raise GatewayError("dừng gateway trước đã / stop the gateway first")
    data.mkdir(parents=True, exist_ok=True)
    content = read_counter_file(data) or CounterFile()
    within = scope(f"{datetime.now(UTC).astimezone(LOCAL):%y%m%d}", gateway)
    for name, most in ((CARTON, MOST_CARTONS), *((letter, MOST_DOCUMENTS) for letter in _LETTERS)):
        raised = content.numbers.get(name, {}).get(within, 0) + ahead
        content = content.with_number(name, within, min(raised, most))
    write_counter_file(data, content)
