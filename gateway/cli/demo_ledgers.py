"""Reading what the books compare, with eyes of their own: the checks must not stand on the code they check."""

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import rfc8785

from gateway.cli.demo_accounts import Paper, Record, Side, Told


def read_told(tally: Path) -> Told:
    """Read the workers' own notes."""
    cartons: dict[str, Decimal] = {}
    loads: dict[tuple[str, int], Decimal] = {}
    receipts: dict[str, int] = {}
    moves, strangers, again = [], [], []
    inspected: dict[str, int] = {}
    pallets: dict[str, tuple[str, ...]] = {}
    dispatched: list[str] = []
    for line in tally.read_text(encoding="utf-8").splitlines():
        match json.loads(line):
            case {"fact": "confirmed", "serial": str(serial), "shown": str(shown)}:
                again += [serial] if serial in cartons else []
                cartons[serial] = Decimal(shown)
            case {"fact": "confirmed", "receipt": str(receipt), "load": int(load), "shown": str(shown)}:
                again += [f"{receipt}/{load}"] if (receipt, load) in loads else []
                loads[receipt, load] = Decimal(shown)
            case {"fact": "closed", "receipt": str(receipt), "loads": int(number)}:
                receipts[receipt] = number
            case {"fact": "moved", "goods": str(goods), "direction": str(direction)}:
                moves.append((goods, direction))
            case {"fact": "inspected", "lot": str(lot), "times": int(times)}:
                inspected[lot] = inspected.get(lot, 0) + times
            case {"fact": "palletised", "sscc": str(sscc), "serials": list(serials)}:
                again += [sscc] if sscc in pallets else []
                pallets[sscc] = tuple(serials)
            case {"fact": "dispatched", "pallets": list(left)}:
                dispatched += left
            case {"fact": "stranger", "what": str(what)}:
                strangers.append(what)
    return Told(
        cartons, loads, receipts, tuple(moves), tuple(strangers), tuple(again), inspected, pallets, tuple(dispatched)
    )


def read_paper(prints: Path) -> Paper:
    """Have somebody with a scanner go through all the paper; each piece counts once however often it bears a code."""
    labels, slips = _pieces(prints), _pieces(prints / "slips")
    return replace(labels, slips=slips.tags, blank=labels.blank + slips.blank)


def _pieces(prints: Path) -> Paper:
    command = [sys.executable, "-m", "firmware_mock", "paper", "--prints", str(prints)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
    return paper_of(json.loads(line)["codes"] for line in said.splitlines())


def paper_of(pieces: Iterable[Iterable[str]]) -> Paper:
    """Sort the pieces by what their codes name."""
    serials: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    pallets: Counter[str] = Counter()
    blank = 0
    for codes in pieces:
        named = [_path_of(code) for code in codes]
        of_piece = {name["21"] for name in named if "21" in name}
        lots = {name["10"] for name in named if "10" in name and "21" not in name}
        units = {name["00"] for name in named if "00" in name}
        serials.update(of_piece)
        tags.update(lots)
        pallets.update(units)
        blank += not (of_piece or lots or units)
    return Paper(serials, tags, blank, pallets=pallets)


def _path_of(uri: str) -> dict[str, str]:
    """Give the keys and values in the path of a Digital Link."""
    parts = uri.split("?", maxsplit=1)[0].split("/")[3:]
    return {key: unquote(value) for key, value in zip(parts[::2], parts[1::2], strict=False)}


def read_journal(path: Path, gateway: str, public_key: bytes | None) -> Side:
    """Read a journal and walk its chain; `public_key` (32 raw bytes) proves the first link where it is known."""
    chosen = "epoch, seq, id, kind, body, boot, mono_ms, wall_ms, clock, prev, hash, body_sha256"
    with closing(_open(path)) as db:
        rows = db.execute(f"SELECT {chosen} FROM entry ORDER BY epoch_number, seq").fetchall()
    records = tuple(
        Record(row["epoch"], row["seq"], row["id"], row["kind"], row["body_sha256"], _body(row["body"])) for row in rows
    )
    faults = [*_walk(rows, gateway, public_key)]
    faults += [
        f"{row['seq']}: the body is not the one its hash names"
        for row in rows
        if hashlib.sha256(row["body"].encode()).digest() != row["body_sha256"]
    ]
    return Side(records, tuple(faults))


def read_receiver(path: Path, gateway: str) -> Side:
    """Read a receiver's store: what came, byte for byte, and the chain of the places it was given."""
    with closing(_open(path)) as db:
        places = db.execute("SELECT * FROM place WHERE gateway = ? ORDER BY epoch, seq", (gateway,)).fetchall()
        events = dict(db.execute("SELECT id, received FROM event WHERE gateway = ?", (gateway,)).fetchall())
        kept_aside = db.execute("SELECT found, why FROM conflict").fetchall()
        marks = dict(db.execute("SELECT epoch, seq FROM watermark WHERE gateway = ?", (gateway,)).fetchall())
    records = tuple(
        Record(row["epoch"], row["seq"], row["id"], row["kind"], row["body_sha256"], _cloud_event(events[row["id"]]))
        for row in places
        if row["id"] in events
    )
    faults = [*_walk(places, gateway, announced_key(path, gateway))]
    faults += [f"kept aside: {row['found']}: {row['why']}" for row in kept_aside]
    ends = {row["epoch"]: row["seq"] for row in places}
    faults += [
        f"{epoch}: {end} stored, {marks.get(epoch)} acknowledged"
        for epoch, end in ends.items()
        if marks.get(epoch) != end
    ]
    return Side(records, tuple(faults))


def announced_key(path: Path, gateway: str) -> bytes | None:
    """Give the public key a gateway announced to the receiver (32 raw bytes)."""
    with closing(_open(path)) as db:
        row = db.execute("SELECT announced FROM sender WHERE gateway = ?", (gateway,)).fetchone()
    return row["announced"] if row is not None else None


def _walk(rows: Iterable[Mapping[str, Any]], gateway: str, public_key: bytes | None) -> Iterable[str]:
    """Recompute every hash and link of a chain by the formula the province is given; yield what does not fit."""
    epoch, seq, prev = None, 0, b""
    for row in rows:
        if row["epoch"] != epoch:
            epoch, seq = row["epoch"], 0
            prev = row["prev"] if public_key is None else hashlib.sha256(public_key + epoch.encode("ascii")).digest()
        if row["seq"] != seq + 1:
            yield f"{epoch}: {row['seq']} follows {seq}"
        if row["prev"] != prev:
            yield f"{row['seq']}: does not continue the one before"
        if row["hash"] != _hash(row, gateway):
            yield f"{row['seq']}: says something else than was hashed"
        seq, prev = row["seq"], row["hash"]


def _hash(row: Mapping[str, Any], gateway: str) -> bytes:
    same = ("epoch", "seq", "id", "kind", "boot", "mono_ms", "wall_ms", "clock")
    attributes = {key: row[key] for key in same} | {"v": 1, "gateway": gateway, "body_sha256": row["body_sha256"].hex()}
    return hashlib.sha256(row["prev"] + rfc8785.dumps(attributes)).digest()


def _body(text: str) -> Mapping[str, Any]:
    body: Mapping[str, Any] = json.loads(text, parse_float=Decimal)
    return body


def _cloud_event(received: bytes) -> Mapping[str, Any]:
    event = json.loads(received, parse_float=Decimal)
    data: Mapping[str, Any] = event.get("data") or {}
    return data


def _open(path: Path) -> sqlite3.Connection:
    """Open a database for reading alone.

    Raises:
        FileNotFoundError: It is not there.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    return db
