"""`gateway token`: access tokens for programs that read the page's interface or ask for acts."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json


def token(
    doing: Annotated[
        Literal["create", "list", "revoke"],
        typer.Argument(help="create: tạo, list: xem, revoke: thu hồi. / make, show, make worthless."),
    ],
    name: Annotated[str | None, typer.Argument(help="Tên chương trình dùng. / The program's name.")] = None,
    role: Annotated[
        Literal["viewer", "operator", "technician", "supervisor", "admin"],
        typer.Option(help="Được làm gì; viewer chỉ xem. / What it may do; a viewer only looks."),
    ] = "viewer",
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Mã truy cập cho chương trình / Access tokens for programs.

    Mã chỉ hiện một lần; trong máy chỉ có dạng băm. / A token is shown once; only its hash is kept.
    """
    from gateway.config.load import data_directory
    from gateway.locale.shown import LOCAL
    from gateway.web import tokens

    data = data_directory(config)
    if doing == "list":
        found = tokens.every(data)
        if as_json:
            print_json({"tokens": [{"name": one.name, "role": one.role, "made": one.made} for one in found]})
        for one in () if as_json else found:
            print(f"{one.name}  {one.role}  {one.made}")
        return
    if not name:
        raise typer.BadParameter(f"{doing}: thiếu tên / a name is missing")
    try:
        if doing == "create":
            made = tokens.create(data, name, role, f"{datetime.now(UTC).astimezone(LOCAL):%Y-%m-%d}")
            if as_json:
                print_json({"name": name, "role": role, "token": made})
            else:
                print(made)
        else:
            tokens.revoke(data, name)
            print(f"{name}: đã thu hồi / revoked")
    except tokens.TokenRefused as refused:
        raise typer.BadParameter(str(refused)) from refused
