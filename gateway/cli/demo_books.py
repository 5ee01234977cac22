"""The books of a day: what the workers were told, what is on disk, on paper and at the receiver must be the same."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from gateway.cli.demo_accounts import Paper, Side, Told
from gateway.cli.demo_goods_books import dispatches, inspections, moves, pallets
from gateway.cli.demo_line import Line, bodies, missing, more_than_once

_TAGS: Final = "of lot tags"
_SLIPS: Final = "of slips"


@dataclass(frozen=True, slots=True)
class Books:
    """All lines. A day is good when every line is."""

    lines: tuple[Line, ...] = field(default=())

    @property
    def lost(self) -> int:
        """How many things are missing somewhere."""
        return sum(len(line.lost) for line in self.lines)

    @property
    def double(self) -> int:
        """How many things are there once too often."""
        return sum(len(line.double) for line in self.lines)

    @property
    def good(self) -> bool:
        """Whether nothing is lost, nothing double and nothing wrong."""
        return all(line.good for line in self.lines)


def compare(told: Told, paper: Paper, journal: Side, receiver: Side) -> Books:
    """Compare the four; `wrong` names what neither lost nor double says."""
    return Books(
        (
            _cartons(told, paper, journal, receiver),
            _copies(paper, journal),
            _loads(told, journal, receiver),
            _receipts(told, paper, journal, receiver),
            inspections(told, journal, receiver),
            pallets(told, paper, journal, receiver),
            moves(told, journal, receiver),
            dispatches(told, journal, receiver),
            _entries(journal, receiver),
            _chain(journal, receiver),
            _windows(journal),
            _alarms(journal),
        )
    )


def _cartons(told: Told, paper: Paper, journal: Side, receiver: Side) -> Line:
    here, there = _serials(journal), _serials(receiver)
    wrong = [
        f"{serial}: told {told.cartons[serial]} kg, on disk {body['ilmd']['ph:netWeightKg']} kg"
        for serial, body in bodies(journal, "carton", "ph:serial")
        if serial in told.cartons and told.cartons[serial] != Decimal(str(body["ilmd"]["ph:netWeightKg"]))
    ]
    return Line(
        (
            "Đóng gói: thùng đã ghi = số thùng trong sổ = trên nhãn = ở tỉnh",
            "Packing: told = on disk = on paper = at receiver",
        ),
        (len(told.cartons), here.total(), len(paper.serials), there.total()),
        lost=(
            *missing("on disk", told.cartons, here),
            *missing("on paper", told.cartons, paper.serials),
            *missing("at receiver", told.cartons, there),
        ),
        double=(
            *(f"{serial}: stranger" for serial in told.strangers),
            *(f"{what}: told twice" for what in told.again),
            *missing("told, yet on disk", here, told.cartons),
            *missing("told, yet on paper", paper.serials, told.cartons),
            *missing("told, yet at receiver", there, told.cartons),
            *more_than_once("on disk", here),
            *more_than_once("at receiver", there),
        ),
        wrong=tuple(wrong),
    )


def _copies(paper: Paper, journal: Side) -> Line:
    """Every piece of paper beyond the first was asked for by a person, and that is journaled."""
    asked = Counter(_again(record.body) for record in journal.records if record.kind == "reprint")
    named = (*paper.serials.items(), *paper.pallets.items())
    extra = {name: number - 1 - asked[name] for name, number in named}
    extra[_TAGS] = sum(paper.tags.values()) - len(paper.tags) - asked[_TAGS]
    extra[_SLIPS] = sum(paper.slips.values()) - len(paper.slips) - asked[_SLIPS]
    pieces = sum(sum(kind.values()) for kind in (paper.serials, paper.tags, paper.slips, paper.pallets))
    return Line(
        (
            "Giấy: nhãn thùng, pallet + thẻ lô + phiếu cân, số tờ in lại, số tờ hỏng",
            "Paper: labels + lot tags + slips, asked for again, torn",
        ),
        (pieces, asked.total(), paper.blank),
        double=tuple(f"{serial}: {number} pieces too many" for serial, number in extra.items() if number > 0),
    )


def _again(reprint: Mapping[str, Any]) -> str:
    """Name what was asked for again: a serial, or a paper that bears none."""
    serial = reprint.get("serial")
    return str(serial) if serial is not None else _SLIPS if reprint["of"].endswith(".slip") else _TAGS


def _loads(told: Told, journal: Side, receiver: Side) -> Line:
    here, there = _weighings(journal), _weighings(receiver)
    wrong = [
        f"{receipt}/{load}: told {told.loads[receipt, load]} kg, on disk {body['net']} kg"
        for (receipt, load), body in _keyed(journal, "weighing")
        if (receipt, load) in told.loads and told.loads[receipt, load] != Decimal(str(body["net"]))
    ]
    return Line(
        ("Cổng: lần cân đã ghi = trong sổ = ở tỉnh", "Gate: loads told = weighings on disk = at receiver"),
        (len(told.loads), here.total(), there.total()),
        lost=(*missing("on disk", told.loads, here), *missing("at receiver", told.loads, there)),
        double=(
            *missing("told, yet on disk", here, told.loads),
            *missing("told, yet at receiver", there, told.loads),
            *more_than_once("on disk", here),
            *more_than_once("at receiver", there),
        ),
        wrong=tuple(wrong),
    )


def _receipts(told: Told, paper: Paper, journal: Side, receiver: Side) -> Line:
    """Each receipt is the exact sum of its loads, and its lot has a tag."""
    sums: dict[str, list[Decimal]] = {}
    for (receipt, _), body in _keyed(journal, "weighing"):
        total = sums.setdefault(receipt, [Decimal(0)] * 4)
        for place, key in enumerate(("gross", "tare", "net")):
            total[place] += Decimal(str(body[key]))
        total[3] += 1
    here = Counter(number for number, _ in bodies(journal, "receipt", "ph:receipt"))
    there = Counter(number for number, _ in bodies(receiver, "receipt", "ph:receipt"))
    wrong = []
    for number, body in bodies(journal, "receipt", "ph:receipt"):
        said = [*_masses(body), Decimal(str(body["ph:loads"]))]
        if said != sums.get(number):
            wrong.append(f"{number}: says {_row(said)}, its loads sum to {_row(sums.get(number))}")
        if told.receipts.get(number) != body["ph:loads"]:
            wrong.append(f"{number}: {body['ph:loads']} loads, {told.receipts.get(number)} told")
        if body["ph:lot"] not in paper.tags:
            wrong.append(f"{number}: no tag of lot {body['ph:lot']} on paper")
        if "ph:slipPrinterId" in body and body["ph:lot"] not in paper.slips:
            wrong.append(f"{number}: no slip of lot {body['ph:lot']} on paper")
    return Line(
        (
            "Phiếu nhận: đã kết thúc = trong sổ = ở tỉnh, đúng tổng các lần cân",
            "Receipts: closed = on disk = at receiver, exact sums",
        ),
        (len(told.receipts), here.total(), there.total()),
        lost=(*missing("on disk", told.receipts, here), *missing("at receiver", told.receipts, there)),
        double=(*more_than_once("on disk", here), *more_than_once("at receiver", there)),
        wrong=tuple(wrong),
    )


def _entries(journal: Side, receiver: Side) -> Line:
    here = {record.id: record for record in journal.records}
    there = {record.id: record for record in receiver.records}
    doubles = Counter((record.epoch, record.seq) for record in journal.records)
    return Line(
        ("Sổ sự kiện: bản ghi = ở tỉnh", "Journal: entries = at receiver"),
        (len(journal.records), len(receiver.records)),
        lost=tuple(f"{id}: not at receiver" for id in here.keys() - there.keys()),
        double=(
            *(f"{id}: at receiver only" for id in there.keys() - here.keys()),
            *more_than_once("on disk", Counter(record.id for record in journal.records)),
            *more_than_once("place on disk", doubles),
        ),
        wrong=tuple(
            f"{id}: another body at receiver"
            for id in here.keys() & there.keys()
            if here[id].sha256 != there[id].sha256
        ),
    )


def _chain(journal: Side, receiver: Side) -> Line:
    return Line(
        ("Chuỗi băm: trong sổ, ở tỉnh", "Chain: links whole on disk, at receiver"),
        (len(journal.records) - len(journal.faults), len(receiver.records) - len(receiver.faults)),
        wrong=(
            *(f"on disk: {fault}" for fault in journal.faults),
            *(f"at receiver: {fault}" for fault in receiver.faults),
        ),
    )


def _windows(journal: Side) -> Line:
    windows = [record.body for record in journal.records if record.kind == "window"]
    naming = [body for body in windows if body.get("ph:lots")]
    return Line(
        ("Kho lạnh: khung giờ, có nêu lô", "Cold room: windows, naming lots"),
        (len(windows), len(naming)),
        wrong=() if naming else ("no window names a lot",),
    )


def _alarms(journal: Side) -> Line:
    states = Counter(record.body.get("ph:alarmState") for record in journal.records if record.kind == "alarm")
    return Line(
        ("Vượt ngưỡng: đang báo, đã hết", "Excursions: raised, cleared"),
        (states["raised"], states["cleared"]),
        wrong=() if states["raised"] else ("the excursion raised no alarm",),
    )


def _serials(side: Side) -> Counter[str]:
    return Counter(serial for serial, _ in bodies(side, "carton", "ph:serial"))


def _keyed(side: Side, kind: str) -> list[tuple[tuple[str, int], Mapping[str, Any]]]:
    return [((r.body["receipt"], int(r.body["load"])), r.body) for r in side.records if r.kind == kind]


def _weighings(side: Side) -> Counter[tuple[str, int]]:
    return Counter(key for key, _ in _keyed(side, "weighing"))


def _masses(body: Mapping[str, Any]) -> list[Decimal]:
    """Gross, tare and net of a receipt, from its sensor reports (kg)."""
    found = {}
    for element in body["sensorElementList"]:
        for report in element["sensorReport"]:
            found[report["ph:weightKind"]] = Decimal(str(report["value"]))
    return [found.get(name, Decimal("NaN")) for name in ("gross", "tare", "net")]


def _row(row: Iterable[Decimal] | None) -> str:
    return "/".join(map(str, row)) if row is not None else "nothing"
