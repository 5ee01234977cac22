"""`gateway backup`: a copy of the journal and the registers that came down, made while the gateway runs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath
from gateway.cli.verdicts import print_verdict


def backup(
    directory: Annotated[
        Path,
        typer.Argument(
            help="Thư mục mới cho bản sao, tốt nhất trên đĩa khác. / A new directory, best on another disk."
        ),
    ],
    with_key: Annotated[
        bool,
        typer.Option(
            "--with-key",
            help="Kèm khóa thiết bị: ai giữ nó ký được thay gateway. / "
            "With the device key: whoever holds it can sign as this gateway.",
        ),
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Sao lưu sổ sự kiện khi đang chạy / Back up the journal while it runs.

    Bản sao được kiểm tra ngay; danh mục của tỉnh được chép kèm. /
    The copy is verified at once; the registers that came down go with it.

    Không kèm khóa thì sau khi phục hồi trên thẻ mới phải đăng ký khóa mới với tỉnh. /
    Without the key, a restore onto a new card makes a new one, which the province must register.
    """
    from gateway.config import load
    from gateway.errors import GatewayError
    from gateway.journal.backup import back_up

    data = load(config).gateway.data
    try:
        verdict = back_up(data, directory, with_key=with_key)
    except FileNotFoundError as error:
        raise GatewayError(f"không có sổ sự kiện ở {data} / there is no journal at {data}") from error
    print_verdict(verdict, as_json=as_json)
    sys.exit(0 if verdict.whole else 1)
