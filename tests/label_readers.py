"""Eyes for label tests: three QR readers that share no code, and two small printers written from the command pages."""

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
import zxingcpp
from PIL import Image
from pyzbar import pyzbar


def by_zxing(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)]


def gs1_symbols(picture: Image.Image) -> dict[str, str]:
    """What a GS1 scanner sends: AIM identifier and element string of every symbol that is no QR."""
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.DataMatrix])
    codes = zxingcpp.read_barcodes(picture.convert("L"), formats=formats)
    return {code.text: code.symbology_identifier for code in codes}


def bars_by_zbar(picture: Image.Image) -> list[str]:
    codes = pyzbar.decode(picture.convert("L"), symbols=[pyzbar.ZBarSymbol.CODE128])
    return [code.data.decode() for code in codes]


def by_zbar(picture: Image.Image) -> list[str]:
    codes = pyzbar.decode(picture.convert("L"), symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [code.data.decode() for code in codes]


def by_opencv(picture: Image.Image) -> list[str]:
    """OpenCV's newer detector: the older one misses 3 in a thousand pictures that are perfect dot for dot."""
    text, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(np.asarray(picture.convert("L")))
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


def zpl(data: bytes) -> Paper:
    """Print ZPL: formats from ^XA to ^XZ; ^GFA puts a picture at the ^FO before it, hexadecimal or Z64, 1 burns."""
    paper = Paper()
    page: np.ndarray | None = None
    x = y = 0
    for name, rest in re.findall(r"([~^][A-Z]{2})([^~^]*)", data.decode("ascii").replace("\r\n", "")):
        match name:
            case "^XA":
                assert page is None, "^XA inside a format"
            case "^LL":
                paper.setup["LL"] = rest
                page = np.zeros((int(rest), int(paper.setup["PW"])), bool)
            case "^FO":
                x, y = (int(number) for number in rest.split(","))
            case "^GF":
                form, total, size, across, field_ = rest.split(",", 4)
                assert (form, total) == ("A", size)
                raw = _z64(field_) if field_.startswith(":Z64:") else bytes.fromhex(field_)
                assert len(raw) == int(size), "the graphic field has another length than it says"
                assert page is not None, "^GF before ^LL"
                dots = _bits(raw, int(across))
                page[y : y + len(dots), x : x + dots.shape[1]] |= dots[:, : page.shape[1] - x]
            case "^PQ":
                assert page is not None
                paper.labels += [page.copy()] * int(rest)
            case "^XZ":
                page = None
            case _:
                assert name in {"^PW", "^PO", "^PR", "~SD", "^LH", "^FS"}, f"no such command: {name}"
                if name not in {"^LH", "^FS"}:
                    paper.setup[name[1:]] = rest
    assert page is None, "no ^XZ"
    return paper


def _z64(field_: str) -> bytes:
    _, kind, text, crc = field_.split(":")
    assert kind == "Z64"
    assert int(crc, 16) == binascii.crc_hqx(text.encode(), 0), "wrong CRC"
    return zlib.decompress(base64.b64decode(text))
