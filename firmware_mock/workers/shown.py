"""What a worker can see: the station's display, line by line, and the board on the wall for the whole house."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Last:
    """The last load on disk, as the display states it: a past fact, never the load now on the scale."""

    serial: str | None
    lot: str | None
    kg: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The display asks whether this label came out; lot tags bear no serial, of a weigh slip `paper` is "slip"."""

    job: str
    serial: str | None
    paper: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptShown:
    """The receipt open at the gate."""

    number: str
    lot: str
    loads: int
    net: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One station's display; `sentence` and `hint` are its two lines in Vietnamese."""

    station: str
    state: str
    sentence: str = ""
    lot: str | None = None
    last: Last | None = None
    asked: Asked | None = None
    receipt: ReceiptShown | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Wall:
    """The board for the whole house: which goods are booked in which room, and how safe the data are."""

    rooms: Mapping[str, frozenset[str]]
    raw: Mapping[str, Any]


def read_line(line: bytes) -> Shown | Wall | None:
    """Read one line of the panel; None for a line that is neither a station's nor the house's."""
    said = json.loads(line)
    if "house" in said:
        house = said["house"]
        rooms = {name: frozenset(room.get("lots", ())) for name, room in house.get("rooms", {}).items()}
        return Wall(rooms, house)
    if "station" not in said:
        return None
    last, asked, receipt = said.get("last"), said.get("question"), said.get("receipt")
    return Shown(
        station=said["station"],
        state=said["state"],
        sentence=_line(said.get("sentence"), 0),
        lot=said.get("lot"),
        last=last and Last(last["serial"], last["lot"], last["kg"], last["label"]),
        asked=asked and Asked(asked["job"], asked["serial"], asked["paper"]),
        receipt=receipt and ReceiptShown(receipt["number"], receipt["lot"], receipt["loads"], receipt["net"]),
        hint=_line(said.get("sentence"), 1),
    )


def _line(sentence: Any, which: int) -> str:
    said = sentence.get("vi", ()) if isinstance(sentence, dict) else ()
    return str(said[which]) if len(said) > which else ""


def lot_on(tag: str) -> str | None:
    """Give the lot that a tag's or a label's QR names, None if it names none."""
    found = re.search(r"/10/([^/?#]+)", tag)
    return unquote(found[1]) if found else None


def serial_on(label: str) -> str | None:
    """Give the serial that a carton label's QR names, None if it names none."""
    found = re.search(r"/21/([^/?#]+)", label)
    return unquote(found[1]) if found else None


def pallet_on(label: str) -> str | None:
    """Give the SSCC that a pallet label's QR names, None if it names none."""
    found = re.search(r"/00/(\d{18})", label)
    return found[1] if found else None


def goods_on(tag: str) -> str:
    """Give the lot or the pallet that a tag or label names."""
    return lot_on(tag) or pallet_on(tag) or ""
