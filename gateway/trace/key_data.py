"""The key data elements of a lot (domain.md §2), by number: there, missing, optional, or not come to yet."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, Literal

from gateway.locale import shown
from gateway.locale.traced import words
from gateway.trace.account import KeyDatum, Stay
from gateway.trace.lineage import Lineage
from gateway.trace.parties import GONE
from gateway.trace.premises import Premises
from gateway.trace.stages import kg as as_kg
from gateway.trace.story import Story

HOME: Final = "VN"
"""The market for which no container and seal are asked."""

_RESULTS: Final = {
    "accepted": words("accepted").vi,
    "conditional": words("conditional").vi,
    "rejected": words("result_rejected").vi,
}

Status = Literal["there", "missing", "optional", "not_yet"]


def key_data(line: Lineage, story: Story, stays: Sequence[Stay], premises: Premises) -> tuple[KeyDatum, ...]:
    """Give every element, in order of its number."""
    found = [*_origin(line, story), *_steps(line, story, stays, premises)]
    return tuple(
        KeyDatum(number, words(f"kde_{number}"), value, status) for number, (value, status) in enumerate(found, 1)
    )


def _origin(line: Lineage, story: Story) -> Iterator[tuple[str | None, Status]]:
    """Elements 1 to 9: of the harvest lots."""
    lots, harvested = list(line.lots.values()), line.harvested
    yield _all([f"{lot.code} ({lot.gtin})" if lot.gtin else lot.code for lot in lots])
    yield _all([lot.product_name or lot.product for lot in lots])
    yield _all([as_kg(lot.received) if lot.received else None for lot in lots])
    export = any(lot.export for lot in lots)
    yield _all([lot.area for lot in harvested], needed=export)
    yield _all([lot.farm for lot in harvested])
    yield _all([lot.province for lot in harvested])
    yield _all([f"{shown.day(lot.harvested_from)} – {shown.day(lot.harvested_to)}" for lot in harvested])
    bodies = [story.harvests[lot.code].body for lot in harvested if lot.code in story.harvests]
    declared = [
        body.text_or_none("ilmd", "ph:preHarvest", "ph:lastPesticideDate")
        or body.text_or_none("ilmd", "ph:lastPesticideDate")
        for body in bodies
    ]
    yield _all(declared, needed=False)
    yield _all([body.text_or_none("ilmd", "ph:certificates", 0, "ph:scheme") for body in bodies], needed=False)


def _steps(
    line: Lineage, story: Story, stays: Sequence[Stay], premises: Premises
) -> Iterator[tuple[str | None, Status]]:
    """Elements 10 to 16: of what was done here."""
    harvested, lots = line.harvested, list(line.lots.values())
    receipts = [
        story.receipts[lot.code].body.text("ph:receipt") if lot.code in story.receipts else None for lot in harvested
    ]
    yield _all(receipts, reached=any(lot.state != "open" for lot in harvested))
    worked_on = any(lot.graded or lot.packed for lot in lots)
    yield _all(
        [lot.inspection and _RESULTS.get(lot.inspection, lot.inspection) for lot in harvested], reached=worked_on
    )
    gone = [one for one in line.dispatches.values() if one.state == GONE]
    yield _all([lot.farm for lot in harvested] + [one.customer_name for one in gone])
    parents = [line.parents.get(lot.code) for lot in lots if lot.grade is not None]
    yield _all(
        [", ".join(code for code, _ in pairs) if pairs else None for pairs in parents]
        or [lots[0].code if lots else None]
    )
    yield from _packing_and_storing(line, story, stays, premises)
    left = [f"{one.number}: {one.vehicle}" if one.vehicle and one.customer_name else None for one in gone]
    left += [one.container and one.seal for one in gone if one.market not in (None, HOME)]
    yield _all(left, reached=bool(gone))


def _packing_and_storing(
    line: Lineage, story: Story, stays: Sequence[Stay], premises: Premises
) -> Iterator[tuple[str | None, Status]]:
    ilmds = [read.body for read in story.packed]
    yield _all(
        [body.text_or_none("ilmd", "ph:packingFacilityCode") for body in ilmds]
        + [_day(body.text_or_none("ilmd", "ph:packDate")) for body in ilmds]
        + [body.text_or_none("ilmd", "ph:labelUri") and "QR" for body in ilmds],
        reached=bool(ilmds),
    )
    yield _all(
        [f"{stay.room_name}" if any(one.columns for one in stay.series) else None for stay in stays],
        reached=bool(stays),
    )


def _day(written: str | None) -> str | None:
    return shown.day(date.fromisoformat(written)) if written else None


def _all(values: Sequence[str | None], *, needed: bool = True, reached: bool = True) -> tuple[str | None, Status]:
    """Give the values together and whether every one that is needed is there."""
    there = list(dict.fromkeys(value for value in values if value))
    value = "; ".join(there) or None
    if not reached:
        return value, "not_yet"
    if values and all(values):
        return value, "there"
    return value, "missing" if needed else "optional"
