"""`gateway journal rebuild`: the projections derived anew from the entries, and compared."""

import sys
from typing import Annotated, Literal

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json


def journal(
    doing: Annotated[
        Literal["rebuild"], typer.Argument(help="rebuild: tính lại và so sánh. / derive anew and compare.")
    ],
    repair: Annotated[
        bool,
        typer.Option(
            "--repair", help="Ghi bảng đúng vào sổ; dừng gateway trước. / Write them; stop the gateway first."
        ),
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Tính lại các bảng của sổ sự kiện / Derive the journal's tables anew.

    Mã thoát 1 khi có bảng khác và chưa sửa. / Exit status 1 when a table differs and was not repaired.
    """
    from gateway.config import load
    from gateway.errors import GatewayError
    from gateway.journal.file import FILE
    from gateway.journal.opening import only_writer
    from gateway.journal.rebuild import differences
    from gateway.journal.rebuild import repair as put_right

    assert doing == "rebuild"
    data = load(config).gateway.data
    if not (data / FILE).exists():
        raise GatewayError(f"không có sổ sự kiện ở {data} / there is no journal at {data}")
    try:
        if repair:
            with only_writer(data):
                found = put_right(data)
        else:
            found = differences(data)
    except ValueError as error:
        raise GatewayError(f"không tính lại được, nội dung cũ đã xóa / cannot be derived any more: {error}") from error
    if as_json:
        tables = {table: {"only_here": len(here), "only_anew": len(anew)} for table, (here, anew) in found.items()}
        print_json({"differs": tables, "repaired": repair and bool(found)})
    elif not found:
        print("mọi bảng đều khớp / every table is what the entries amount to")
    for table, (here, anew) in () if as_json else found.items():
        print(f"{table}: thừa {len(here)}, thiếu {len(anew)} / {len(here)} rows too many, {len(anew)} missing")
    sys.exit(1 if found and not repair else 0)
