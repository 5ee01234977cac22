"""`gateway ask`: have the running gateway do something, as the page and the scanners do."""

import json
import sys
from typing import Annotated, Any

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json


def ask(  # noqa: PLR0917 - typer reads the options from the signature
    request: Annotated[
        str,
        typer.Argument(
            help='Yêu cầu dạng JSON, ví dụ / as JSON, such as {"do": "hold", "goods": "H261121-0042", "reason": "…"}'
        ),
    ],
    by: Annotated[str, typer.Option(help="Mã thẻ của người yêu cầu. / The badge of who asks.")] = "",
    station: Annotated[str, typer.Option(help="Trạm, nếu làm tại trạm. / The station it is done at.")] = "",
    key: Annotated[
        str, typer.Option(help="Khóa: gọi lại với cùng khóa thì không làm hai lần. / The same key is done once.")
    ] = "",
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Yêu cầu gateway làm một việc / Ask the running gateway to do something.

    Mã thoát 1 khi bị từ chối. / Exit status 1 when it refuses.
    """
    from gateway.cli.asking import ask_gateway, print_answer

    try:
        wanted: Any = json.loads(request)
    except ValueError as error:
        raise typer.BadParameter(f"không phải JSON / is not JSON: {error}") from error
    said = ask_gateway(config, {"request": wanted, "by": by, "station": station, "key": key})
    if as_json:
        print_json(said)
    else:
        print_answer(said)
    if not said["ok"]:
        sys.exit(1)
