"""`gateway check`: every mistake in the config file at once."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json


class Said(StrEnum):
    """The language mistakes are said in; both, one after the other, unless one is asked for."""

    VI = "vi"
    EN = "en"


def check(
    file: Annotated[Path | None, typer.Argument(help="Như --config. / The same as --config.")] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    lang: Annotated[Said | None, typer.Option(help="Chỉ một ngôn ngữ. / In one language only.")] = None,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra tệp cấu hình / Check the config file.

    Báo mọi lỗi cùng lúc, cả danh mục và mẫu nhãn; mã thoát 78 khi có lỗi. / Says all mistakes at once, those in
    registers and label templates too; exit status 78 when there are any.
    """
    from gateway.config import examine
    from gateway.config.mistakes import report
    from gateway.errors import ConfigError

    path = file or config
    checked, mistakes = examine(path)
    if as_json:
        rows = [
            {
                "file": mistake.file,
                "line": mistake.line,
                "key": mistake.key,
                "vi": mistake.words.vi,
                "en": mistake.words.en,
                "notice": mistake.notice,
            }
            for mistake in mistakes
        ]
        print_json({"ok": checked is not None, "mistakes": rows})
        sys.exit(0 if checked else 78)
    said = report(path.name, mistakes, lang.value if lang else None)
    if checked is None:
        raise ConfigError(said)
    if said:
        print(said)
    sound = {
        Said.VI: "cấu hình đúng",
        Said.EN: "no mistakes",
        None: "cấu hình đúng / no mistakes",
    }[lang]
    print(
        f"{path.name}: {sound}: {len(checked.station)} trạm / stations, {len(checked.device)} thiết bị / devices, "
        f"{len(checked.printer)} máy in / printers"
    )
