"""Eyes for label tests: three QR readers that share no code, and two small printers written from the command pages."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
import zxingcpp
from PIL import Image
from pyzbar import pyzbar


def by_zxing(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))]


def by_zbar(picture: Image.Image) -> list[str]:
    codes = pyzbar.decode(picture.convert("L"), symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [code.data.decode() for code in codes]


def by_opencv(picture: Image.Image) -> list[str]:
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(np.asarray(picture.convert("L")))
    return [text] if text else []


READERS: dict[str, Callable[[Image.Image], list[str]]] = {
    "zxing-cpp": by_zxing,
    "zbar": by_zbar,
    "opencv": by_opencv,
}


def is_black(picture: Image.Image) -> np.ndarray:
    """Every dot of a mode "1" picture as a truth value."""
    return np.asarray(picture.convert("L")) < 128


@dataclass
class Paper:
    """What came out of a printer: each label as truth values, row by row, True = burnt."""

    labels: list[np.ndarray] = field(default_factory=list)
    setup: dict[str, str] = field(default_factory=dict)
    fed: int = 0
    cuts: int = 0
    strips: list[int] = field(default_factory=list)


def _bits(data: bytes, across: int) -> np.ndarray:
    return np.unpackbits(np.frombuffer(data, np.uint8)).reshape(-1, across * 8).astype(bool)


def tspl(data: bytes) -> Paper:
    """Print TSPL: SIZE clears nothing, CLS clears the buffer, BITMAP burns where a bit is 0, PRINT 1,n puts it out."""
    paper, at = Paper(), 0
    buffer: np.ndarray | None = None
    while at < len(data):
        head = re.match(rb"BITMAP (\d+),(\d+),(\d+),(\d+),0,", data[at:])
        if head:
            x, y, across, rows = (int(number) for number in head.groups())
            at += head.end()
            raw = data[at : at + across * rows]
            assert len(raw) == across * rows, "the bitmap is cut short"
            at += across * rows
            assert data[at : at + 2] == b"\r\n", "no line end behind the bitmap"
            at += 2
            assert buffer is not None, "BITMAP before CLS"
            buffer[y : y + rows, x : x + across * 8] |= ~_bits(raw, across)[:, : buffer.shape[1] - x]
            continue
        end = data.index(b"\r\n", at)
        name, _, rest = data[at:end].decode("ascii").partition(" ")
        at = end + 2
        if name == "CLS":
            width, height = (float(part.removesuffix(" mm")) for part in paper.setup["SIZE"].split(","))
            buffer = np.zeros((round(height * 8), round(width * 8)), bool)
        elif name == "PRINT":
            assert buffer is not None, "PRINT before CLS"
            sets, copies = rest.split(",")
            paper.labels += [buffer.copy()] * int(sets) * int(copies)
        else:
            assert name in {"SIZE", "GAP", "DIRECTION", "REFERENCE", "SPEED", "DENSITY"}, f"no such command: {name}"
            paper.setup[name] = rest
    return paper


def escpos(data: bytes) -> Paper:
    """Print ESC/POS: ESC @, GS v 0 (1 burns), ESC J n, GS V 66 n; the strips of one job are one picture."""
    paper, strips = Paper(), []
    rest = memoryview(data)
    for step in _escpos_commands(rest):
        match step:
            case ("raster", np.ndarray() as strip):
                strips.append(strip)
                paper.strips.append(len(strip))
            case ("feed", int() as dots):
                paper.fed += dots
            case ("cut", int()):
                paper.cuts += 1
    if strips:
        paper.labels.append(np.concatenate(strips))
    return paper


def _escpos_commands(data: memoryview) -> Iterator[tuple[str, object]]:
    at = 0
    while at < len(data):
        if data[at : at + 2] == b"\x1b@":
            at += 2
        elif data[at : at + 4] == b"\x1dv0\x00":
            across = data[at + 4] + 256 * data[at + 5]
            rows = data[at + 6] + 256 * data[at + 7]
            raw = bytes(data[at + 8 : at + 8 + across * rows])
            assert len(raw) == across * rows, "the raster is cut short"
            yield "raster", _bits(raw, across)
            at += 8 + across * rows
        elif data[at : at + 2] == b"\x1bJ":
            yield "feed", data[at + 2]
            at += 3
        elif data[at : at + 3] == b"\x1dVB":
            yield "cut", data[at + 3]
            at += 4
        else:
            raise AssertionError(f"no such command at {at}: {bytes(data[at : at + 8])!r}")
