"""`gateway verify`: proof that a journal, a backup or a receiver's store is whole."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath
from gateway.cli.verdicts import print_verdict

if TYPE_CHECKING:
    from gateway.journal.verdict import Confirmed


def verify(
    path: Annotated[
        Path | None,
        typer.Argument(
            help="Thư mục dữ liệu, bản sao lưu, tệp sổ hoặc receiver.db; không ghi thì lấy theo cấu hình. / "
            "Data directory, backup, journal file or receiver.db; by default the journal of the config."
        ),
    ] = None,
    *,
    key: Annotated[
        str | None,
        typer.Option(help="Khóa công khai đã đăng ký với tỉnh (hex). / The public key the province registered."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            help="receiver.db, hoặc tệp JSON một xác nhận của tỉnh: chứng minh phần cuối không bị cắt. / "
            "A receiver.db, or a JSON file with one of its acknowledgements: proves that the tail is not cut."
        ),
    ] = None,
    gateway: Annotated[
        str | None,
        typer.Option(
            help="Tên gateway trong receiver.db (nếu khác cấu hình). / The gateway's name in the receiver.db."
        ),
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra toàn vẹn sổ sự kiện / Prove that a journal is whole.

    Tính lại chuỗi băm và chữ ký; nêu bản ghi sai đầu tiên và vì sao. /
    Recomputes the hash chain, checks every signature, names the first entry that is wrong and why.

    Mã thoát 1 khi sổ không nguyên vẹn. / Exit status 1 when it is not whole.
    """
    from gateway.config import load
    from gateway.errors import GatewayError
    from gateway.journal.verify import verify as prove
    from gateway.receiver.evidence import is_store, verify_store

    path = path or load(config).gateway.data
    try:
        registered = bytes.fromhex(key) if key else None
    except ValueError as error:
        raise typer.BadParameter(f"--key: {error}") from error
    try:
        if path.is_file() and is_store(path):
            verdict = verify_store(path, public_key=registered)
        else:
            confirmed = _confirmed(against, gateway or _name(path)) if against else []
            verdict = prove(path, public_key=registered, confirmed=confirmed)
    except FileNotFoundError as error:
        raise GatewayError(f"không có sổ sự kiện ở {path} / there is no journal at {path}") from error
    print_verdict(verdict, as_json=as_json)
    sys.exit(0 if verdict.whole else 1)


def _name(path: Path) -> str:
    """Give the name of the gateway whose journal it is."""
    from gateway.journal.verify import owner

    return owner(path)


def _confirmed(against: Path, gateway: str) -> "list[Confirmed]":
    from gateway.journal.verdict import Confirmed
    from gateway.receiver.evidence import confirmed, is_store

    if not against.exists():
        raise typer.BadParameter(f"--against: {against}")
    if is_store(against):
        return confirmed(against, gateway)
    try:
        said: Mapping[str, Any] = json.loads(against.read_bytes())
        return [Confirmed(str(said["epoch"]), int(said["seq"]), bytes.fromhex(said["hash"]))]
    except (ValueError, KeyError, TypeError) as error:
        raise typer.BadParameter(f"--against: {against}: {error}") from error
