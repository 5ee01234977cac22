"""`gateway verify`: proof that a journal is whole."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json


def verify(
    journal: Annotated[
        Path | None,
        typer.Argument(
            help="Thư mục dữ liệu hoặc tệp sổ sự kiện; không ghi thì lấy theo cấu hình. / "
            "Data directory or journal file; by default the one of the config."
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(help="Khóa công khai đã đăng ký với tỉnh (hex). / The public key the province registered."),
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra toàn vẹn sổ sự kiện / Prove that a journal is whole.

    Tính lại chuỗi băm và chữ ký. / Recomputes the hash chain, checks every signature.

    Mã thoát 1 khi sổ không nguyên vẹn. / Exit status 1 when it is not whole.
    """
    from gateway.config import load
    from gateway.errors import GatewayError
    from gateway.journal.verify import verify as prove

    path = journal or load(config).gateway.data
    try:
        registered = bytes.fromhex(key) if key else None
        verdict = prove(path, public_key=registered)
    except FileNotFoundError as error:
        raise GatewayError(f"không có sổ sự kiện ở {path} / there is no journal at {path}") from error
    except ValueError as error:
        raise typer.BadParameter(f"--key: {error}") from error
    if as_json:
        print_json(
            {
                "whole": verdict.whole,
                "entries": verdict.entries,
                "defects": [
                    {"epoch": defect.epoch, "seq": defect.seq, "what": defect.what, "why": defect.why}
                    for defect in verdict.defects
                ],
                "proved": list(verdict.proved),
                "unproved": list(verdict.unproved),
            }
        )
    else:
        whole = "nguyên vẹn / whole" if verdict.whole else "KHÔNG nguyên vẹn / NOT whole"
        print(f"{verdict.path}: {verdict.entries} bản ghi / entries, {whole}")
        for defect in verdict.defects:
            print(f"  lỗi / defect: {defect}")
        for proved in verdict.proved:
            print(f"  đã chứng minh / proved: {proved}")
        for unproved in verdict.unproved:
            print(f"  chưa chứng minh / not proved: {unproved}")
    sys.exit(0 if verdict.whole else 1)
