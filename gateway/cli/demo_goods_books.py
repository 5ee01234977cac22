"""The books of what happens to goods that are there: inspected, palletised, through the doors, dispatched."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gateway.cli.demo_accounts import Paper, Side, Told
from gateway.cli.demo_line import Line, bodies, missing, more_than_once


def inspections(told: Told, journal: Side, receiver: Side) -> Line:
    """Compare the lots inspected; a worker left in the dark says the result again, and that is kept again."""
    here, there = (Counter(lot for lot, _ in bodies(side, "inspection", "ph:lot")) for side in (journal, receiver))
    return Line(
        ("Kiểm tra: lô đã ghi = trong sổ = ở tỉnh", "Inspection: lots told = on disk = at receiver"),
        (len(told.inspected), len(here), len(there)),
        lost=(*missing("on disk", told.inspected, here), *missing("at receiver", told.inspected, there)),
        double=tuple(
            f"{lot}: {number} times on disk, {told.inspected.get(lot, 0)} times said"
            for lot, number in here.items()
            if number > told.inspected.get(lot, 0)
        ),
    )


def pallets(told: Told, paper: Paper, journal: Side, receiver: Side) -> Line:
    """Compare the cartons on pallets: each on one at most, and each pallet the exact sum of its cartons."""
    here, there = _stacked(journal), _stacked(receiver)
    wanted = Counter(serial for serials in told.pallets.values() for serial in serials)
    built = {sscc: body for sscc, body in bodies(journal, "pallet", "ph:sscc")}
    masses = {
        serial: Decimal(str(body["ilmd"]["ph:netWeightKg"])) for serial, body in bodies(journal, "carton", "ph:serial")
    }
    wrong = []
    for sscc, body in built.items():
        serials = [str(serial) for serial in body["ph:serials"]]
        if set(serials) != set(told.pallets.get(sscc, ())):
            wrong.append(f"{sscc}: {len(serials)} cartons on disk, {len(told.pallets.get(sscc, ()))} told, or others")
        said = (body["ph:cartonCount"], Decimal(str(body["ph:netWeightKg"])))
        summed = (len(serials), sum((masses.get(serial, Decimal("NaN")) for serial in serials), Decimal(0)))
        if said != summed:
            wrong.append(f"{sscc}: says {said[0]}/{said[1]} kg, its cartons are {summed[0]}/{summed[1]} kg")
    return Line(
        (
            "Pallet: thùng đã xếp = trong sổ = ở tỉnh, đúng tổng các thùng; số pallet, số nhãn",
            "Pallets: cartons told = on disk = at receiver, exact sums; pallets, labels",
        ),
        (wanted.total(), here.total(), there.total(), len(built), len(paper.pallets)),
        lost=(
            *missing("on a pallet on disk", wanted, here),
            *missing("on a pallet at receiver", wanted, there),
            *missing("on disk", told.pallets, built),
            *missing("on paper", told.pallets, paper.pallets),
        ),
        double=(
            *missing("told, yet on a pallet on disk", here, wanted),
            *missing("told, yet on a pallet at receiver", there, wanted),
            *missing("told, yet on paper", paper.pallets, told.pallets),
            *more_than_once("on pallets as told", wanted),
            *more_than_once("on pallets on disk", here),
            *more_than_once("on pallets at receiver", there),
        ),
        wrong=tuple(wrong),
    )


def moves(told: Told, journal: Side, receiver: Side) -> Line:
    """Compare what went through the doors of the cold room, lots and pallets."""
    here, there = (
        Counter((_goods(r.body), r.kind.removeprefix("room-")) for r in side.records if r.kind.startswith("room-"))
        for side in (journal, receiver)
    )
    wanted = Counter(told.moves)
    return Line(
        ("Cửa kho: lượt vào, ra = trong sổ = ở tỉnh", "Doors: moves told = on disk = at receiver"),
        (wanted.total(), here.total(), there.total()),
        lost=tuple(f"{move}: {side}" for side, had in (("disk", here), ("receiver", there)) for move in wanted - had),
        double=tuple(f"{move}: {side}" for side, had in (("disk", here), ("receiver", there)) for move in had - wanted),
    )


def dispatches(told: Told, journal: Side, receiver: Side) -> Line:
    """Compare the pallets that left."""
    here, there = _gone(journal), _gone(receiver)
    wanted = Counter(told.dispatched)
    return Line(
        ("Xuất hàng: pallet đã xuất = trong sổ = ở tỉnh", "Dock: pallets told = on disk = at receiver"),
        (wanted.total(), here.total(), there.total()),
        lost=(*missing("gone on disk", wanted, here), *missing("gone at receiver", wanted, there)),
        double=(
            *missing("told, yet gone on disk", here, wanted),
            *missing("told, yet gone at receiver", there, wanted),
            *more_than_once("gone as told", wanted),
            *more_than_once("gone on disk", here),
            *more_than_once("gone at receiver", there),
        ),
    )


def _stacked(side: Side) -> Counter[str]:
    return Counter(str(serial) for _, body in bodies(side, "pallet", "ph:sscc") for serial in body["ph:serials"])


def _gone(side: Side) -> Counter[str]:
    return Counter(str(sscc) for _, body in bodies(side, "dispatch", "ph:dispatch") for sscc in body["ph:pallets"])


def _goods(body: Mapping[str, Any]) -> str:
    """Name the lot or the pallet a body is about."""
    return str(body["ph:sscc"] if "ph:sscc" in body else body["ph:lot"])
