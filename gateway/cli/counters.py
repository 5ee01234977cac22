"""`gateway counters`: a person says where numbers begin, or that they jump ahead."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json


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
    from_receiver: Annotated[
        Path | None,
        typer.Option(
            metavar="RECEIVER.DB",
            help="Đi tiếp sau số lớn nhất máy nhận đã thấy (bản sao receiver.db). / "
            "Go on behind the highest numbers a receiver has seen (a copy of its receiver.db).",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bộ đếm số thùng, lô, phiếu / Counters of cartons and lots."""
    from gateway.config import load
    from gateway.errors import NumberingStopped
    from gateway.journal import start_counters
    from gateway.journal.counter_file import read_counter_file

    if sum(map(bool, (start, skip, from_receiver))) > 1:
        raise typer.BadParameter("--start, --skip, --from-receiver: chọn một / one of them")
    checked = load(config)
    data = checked.gateway.data
    if start:
        start_counters(data)
    if skip:
        _skip(data, checked.site.gateway_number, skip)
    if from_receiver:
        _take_over(data, checked.site.gateway_number, from_receiver)
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

    from gateway.journal import renumber
    from gateway.locale.shown import LOCAL

    renumber.skip(data, gateway, f"{datetime.now(UTC).astimezone(LOCAL):%y%m%d}", ahead)


def _take_over(data: Path, gateway: int, store: Path) -> None:
    """Go on behind what a receiver has seen."""
    from gateway.journal import renumber
    from gateway.receiver.evidence import is_store, issued

    if not store.is_file() or not is_store(store):
        raise typer.BadParameter(f"--from-receiver: {store}: không phải receiver.db / is no receiver's store")
    renumber.take_over(data, issued(store, gateway))
