"""Someone with a scanner who goes through all the paper that came out.

    python -m firmware_mock paper --prints DIR

Prints one JSON line a piece, `{"n": 12, "codes": ["https://…"]}`, from the pictures alone.
"""

import json
from pathlib import Path

from PIL import Image

from firmware_mock.printers.prints import decode
from firmware_mock.running import parser


def main(arguments: list[str]) -> int:
    """Read every picture of a directory."""
    options = parser("paper", __doc__ or "")
    options.add_argument("--prints", type=Path, required=True, metavar="DIR", help="where the labels came out")
    for path in sorted(options.parse_args(arguments).prints.glob("*.png")):
        with Image.open(path) as picture:
            print(json.dumps({"n": int(path.stem), "codes": decode(picture.convert("L"))}), flush=True)
    return 0
