"""`gateway restore`: a backup takes the journal's place, in a new epoch, with numbers that jump ahead."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json


def restore(
    directory: Annotated[Path, typer.Argument(help="Thư mục sao lưu. / The backup's directory.")],
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Phục hồi sổ sự kiện từ bản sao lưu / Restore the journal from a backup.

    Luôn bắt đầu kỳ mới; số thùng nhảy 1.000, số khác nhảy 50. Sổ đang có được đổi tên.
    Danh mục của tỉnh được lấy lại, trừ bản cũ hơn bản đang có. /
    Always begins a new epoch; cartons jump ahead by 1,000, other numbers by 50. The journal there is renamed.
    Registers that came down are brought back, but for those older than what is here.
    """
    from gateway.config import load
    from gateway.errors import GatewayError
    from gateway.journal.backup import restore as put_back

    data = load(config).gateway.data
    try:
        restored = put_back(directory, data)
    except FileNotFoundError as error:
        raise GatewayError(f"không có bản sao lưu ở {directory} / there is no backup at {directory}") from error
    if as_json:
        print_json(
            {
                "epoch": restored.epoch,
                "epoch_number": restored.epoch_number,
                "entries": restored.entries_before,
                "set_aside": [str(path) for path in restored.set_aside],
                "new_key": restored.new_key,
                "registers": list(restored.registers),
            }
        )
        return
    print(f"đã phục hồi {restored.entries_before} bản ghi / entries restored")
    print(f"kỳ mới / new epoch: {restored.epoch_number} ({restored.epoch})")
    for path in restored.set_aside:
        print(f"sổ cũ giữ ở / the journal before is kept at: {path}")
    if restored.registers:
        print(f"danh mục lấy lại / registers brought back: {', '.join(restored.registers)}")
    if restored.new_key:
        print("khóa mới, đăng ký với tỉnh / a new key, register it with the province: gateway status --key")
