"""The lines of config that make what was found on a port work."""

from gateway.diagnosis.scan import Found
from gateway.drivers.scales import SCALES


def snippet(found: Found, *, stable: str | None = None) -> str:
    """Write the config of what was found; a unit that no map fits stands there as a comment."""
    baud, line = found.setting
    port = stable or found.port
    if found.scales:
        protocol = found.scales[0]
        rows = ["[device.scale-1]", 'driver = "scale"', f'port = "{port}"', f'protocol = "{protocol}"']
        if baud != SCALES[protocol].baud:
            rows.append(f"baud = {baud}")
        if line != SCALES[protocol].line:
            rows.append(f'line = "{line}"')
        if not SCALES[protocol].says_unit:
            rows.append('unit = "kg"                 # xem màn hình cân / look at its display')
        return "\n".join(rows) + "\n"
    rows = ["[device.bus-1]", 'driver = "modbus_bus"', f'port = "{port}"', f"baud = {baud}", f'line = "{line}"']
    for unit in found.units:
        mark = "" if unit.guesses else "# "
        rows += ["", f"{mark}[device.bus-1.unit.unit-{unit.id}]", f"{mark}id = {unit.id}"]
        if not unit.guesses:
            rows.append('# map = "…"                  # không bảng nào khớp: chép generic / no map fits: copy generic')
            continue
        others = ", ".join(guess.map for guess in unit.guesses[1:4])
        note = f"   # hoặc / or {others}" if others else ""
        rows.append(f'map = "{unit.guesses[0].map}"{note}')
    rows += [f"\n# id {unit}: trả lời hỏng / spoilt answers" for unit in found.spoilt]
    return "\n".join(rows) + "\n"
