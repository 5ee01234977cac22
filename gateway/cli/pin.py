"""`gateway pin`: give a person a PIN for the page, take it away, or list who has one."""

from typing import Annotated

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json


def pin(
    badge: Annotated[
        str | None, typer.Argument(help="Mã thẻ của người ấy; bỏ trống để xem. / The person's badge; none lists.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Bỏ mã PIN của người này. / Take the PIN away.")] = False,
    from_stdin: Annotated[
        bool, typer.Option("--stdin", help="Đọc mã PIN từ đầu vào chuẩn. / Read the PIN from standard input.")
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Mã PIN để vào trang / PINs for the page.

    Sáu chữ số, hỏi hai lần, chỉ lưu dạng băm. / Six digits, asked twice, kept as a hash alone.
    """
    from gateway.config.load import data_directory
    from gateway.config.local import read_registers
    from gateway.web.pins import PinWeak, set_pin, with_pin

    data = data_directory(config)
    register = read_registers(config.absolute().parent / "local")[0].operator
    if badge is None:
        people = {one: register[one].name if one in register else "" for one in sorted(with_pin(data))}
        if as_json:
            print_json({"people": people})
        for one, name in () if as_json else people.items():
            print(f"{one}  {name}")
        return
    if badge not in register and not remove:
        raise typer.BadParameter(f"'{badge}': không có trong danh mục nhân viên / is in no register of operators")
    chosen: str | None = None
    if not remove:
        chosen = typer.get_text_stream("stdin").readline().strip() if from_stdin else _asked()
    try:
        set_pin(data, badge, chosen)
    except PinWeak as weak:
        raise typer.BadParameter(str(weak)) from weak
    print(f"{badge}: {'đã bỏ mã PIN / PIN taken away' if remove else 'đã đặt mã PIN / PIN set'}")


def _asked() -> str:
    chosen: str = typer.prompt("Mã PIN mới / new PIN", hide_input=True, confirmation_prompt="Nhập lại / again")
    return chosen
