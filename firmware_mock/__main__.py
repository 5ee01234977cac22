"""`python -m firmware_mock <device> …`: one simulated device as a process, until SIGTERM."""

import importlib
import sys
from typing import Final

DEVICES: Final = ("scale", "modbus_bus", "barcode_scanner", "label_printer", "house", "workers", "paper", "season")


def main(arguments: list[str]) -> int:
    """Run the device named first; only its own module is imported, so that the others' libraries stay out."""
    if not arguments or arguments[0] not in DEVICES:
        print(f"usage: python -m firmware_mock {{{','.join(DEVICES)}}} [--help]", file=sys.stderr)
        return 2
    device = importlib.import_module(f"firmware_mock.{arguments[0]}")
    return int(device.main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
