"""`gateway scan`: who is on a serial port, and the lines of config that make it work."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import AsJson, print_json
from gateway.cli.progress import progress

if TYPE_CHECKING:
    from gateway.diagnosis.scan import Found

MOST_ID = 254


def _ids(text: str | None) -> list[int] | None:
    """Read `1-20,104`."""
    if text is None:
        return None
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if (
            not first.isdecimal()
            or not (last or first).isdecimal()
            or not 1 <= int(first) <= int(last or first) <= MOST_ID
        ):
            raise typer.BadParameter(f"1-20,104 (1 … {MOST_ID}), đang là / found {part!r}")
        found += range(int(first), int(last or first) + 1)
    return list(dict.fromkeys(found))


def scan(
    port: Annotated[str, typer.Argument(help="Cổng, ví dụ /dev/serial/by-id/… / The port.")],
    baud: Annotated[list[int] | None, typer.Option(help="Chỉ tốc độ này. / This speed only (repeat for more).")] = None,
    line: Annotated[
        list[str] | None, typer.Option(help="Chỉ 8N1, 8E1 … này. / These data bits, parity, stop bits only.")
    ] = None,
    ids: Annotated[
        str | None, typer.Option(help="Địa chỉ Modbus, ví dụ 1-247. / Unit ids (default 1-16,104,240).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tìm thiết bị trên một cổng / Find what is on a port.

    Thử tốc độ × parity × địa chỉ, nhận ra cân và cảm biến đã biết, in ra đoạn cấu hình. Không ghi gì vào thiết bị. /
    Walks speeds × parities × ids, recognises known scales and sensors, ends in the config for them. Writes nothing to
    any device.
    """
    from gateway.diagnosis.ports import stable_name
    from gateway.diagnosis.scan import BAUDS, LINES, USUAL_IDS, settings
    from gateway.diagnosis.scan import scan as walk_through
    from gateway.diagnosis.snippet import snippet

    chosen = [(speed, form) for speed in baud or BAUDS for form in line or LINES]
    walk = chosen if baud or line else settings()
    wanted = _ids(ids) or USUAL_IDS
    with progress() as tell:
        found = asyncio.run(walk_through(port, walk, wanted, tell=tell))
    text = snippet(found, stable=stable_name(port)) if found and (found.units or found.scales) else ""
    if as_json:
        print_json(_facts(port, found, text))
    else:
        _say(port, found, text)
    if not text:
        sys.exit(1)


def _say(port: str, found: "Found | None", text: str) -> None:
    from gateway.board import spoken

    if found is None:
        print(f"{port}: không ai trả lời: xem nguồn, dây A/B, địa chỉ / nobody answers: check power, A/B wires, ids")
        return
    baud, line = found.setting
    if not text:
        print(
            f"{port}: có tín hiệu nhưng không hiểu được / something speaks, nothing known: {found.heard[:48].hex(' ')}"
        )
        return
    print(f"{port}: {baud} {line}")
    for protocol in found.scales:
        print(f"  cân / scale: {protocol}")
    for unit in found.units:
        if not unit.guesses:
            print(f"  id {unit.id}: trả lời, không bảng thanh ghi nào khớp / answers, no known map fits")
        for place, guess in enumerate(unit.guesses[:4]):
            values = ", ".join(f"{value.quantity} {spoken(value)}" for value in guess.values)
            print(f"  id {unit.id}{':' if place == 0 else ' ?'} {guess.map} ({guess.model}): {values}")
    for number in found.spoilt:
        print(f"  id {number}: trả lời hỏng: hai thiết bị trùng địa chỉ, hoặc nhiễu → tách từng cái rồi quét lại")
        print("      spoilt answers: two units with this id, or noise → connect them one by one and scan again")
    if any(len(unit.guesses) > 1 for unit in found.units):
        print("  nhiều bảng khớp: so với nhiệt kế rồi chọn / several maps fit: compare with a thermometer, then choose")
    print(f"\n{text}", end="")


def _facts(port: str, found: "Found | None", text: str) -> dict[str, object]:
    if found is None:
        return {"port": port, "found": False}
    return {
        "port": port,
        "found": bool(text),
        "baud": found.setting[0],
        "line": found.setting[1],
        "heard": found.heard[:48].hex(),
        "scales": found.scales,
        "spoilt": found.spoilt,
        "units": [
            {
                "id": unit.id,
                "maps": [
                    {
                        "map": guess.map,
                        "signs": guess.signs,
                        "values": {
                            value.quantity: None if value.amount is None else str(value.amount)
                            for value in guess.values
                        },
                    }
                    for guess in unit.guesses
                ],
            }
            for unit in found.units
        ],
        "config": text,
    }
