"""`gateway check`: every mistake in the config file at once."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json

if TYPE_CHECKING:
    from gateway.config import Config


class Said(StrEnum):
    """The language mistakes are said in; both, one after the other, unless one is asked for."""

    VI = "vi"
    EN = "en"


def check(
    file: Annotated[Path | None, typer.Argument(help="Như --config. / The same as --config.")] = None,
    *,
    config: ConfigPath = DEFAULT_CONFIG,
    lang: Annotated[Said | None, typer.Option(help="Chỉ một ngôn ngữ. / In one language only.")] = None,
    probe: Annotated[
        bool, typer.Option("--probe", help="Đọc thử mỗi thiết bị một lần. / Read each device once.")
    ] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="In JSON Schema cho trình soạn thảo. / Print the JSON Schema for editors.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra tệp cấu hình / Check the config file.

    Báo mọi lỗi cùng lúc, cả danh mục và mẫu nhãn; mã thoát 78 khi có lỗi. Với --probe: đọc thử mỗi thiết bị một lần,
    mã thoát 1 khi có thiết bị im. / Says all mistakes at once, those in registers and label templates too; exit status
    78 when there are any. With --probe: reads each device once, exit status 1 when one cannot be read.
    """
    if schema:
        from gateway.config.json_schema import json_schema

        print_json(json_schema())
        return
    from gateway.config import examine
    from gateway.config.mistakes import in_order, report
    from gateway.errors import ConfigError

    path = file or config
    checked, mistakes = examine(path, draw=True)
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
            for mistake in in_order(path.name, mistakes)
        ]
        probed = _probed(checked, quiet=True) if checked and probe else {}
        well = checked is not None and all(one["ok"] for one in probed.values())
        print_json({"ok": well, "mistakes": rows} | ({"probed": probed} if probe else {}))
        sys.exit(78 if checked is None else 0 if well else 1)
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
    if probe and not all(one["ok"] for one in _probed(checked, quiet=False).values()):
        sys.exit(1)


def _probed(checked: "Config", *, quiet: bool) -> dict[str, dict[str, Any]]:
    """Read each device once; unless quiet, say of each what it said."""
    import asyncio

    from gateway.cli.probe import probe
    from gateway.cli.progress import progress

    with progress() as tell:
        found = asyncio.run(probe(checked.device, tell=tell))
    if not quiet:
        for name, one in found.items():
            print(f"{'✓' if one['ok'] else '✗'} {name:<28} {'  '.join(one['said'])}")
    return found
