"""What holds a station as it is: a lot somebody works on there, labels that nobody has an end of yet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.journal import Journal
from gateway.lot import LotCode
from gateway.station import StationId


@dataclass(frozen=True, slots=True)
class Held:
    """Why the table of a station must not change now: its lot, its unsettled labels, what was begun there.

    The lot is bound, of an open receipt, or being graded; `begun` is a pallet or dispatch no other station can finish.
    """

    lot: LotCode | None = None
    labels: int = 0
    begun: str | None = None


async def held(journal: Journal) -> Mapping[StationId, Held]:
    """Give the stations that are held, as the journal has it.

    Raises:
        JournalError: The journal cannot be read.
    """
    found = {binding.station: Held(binding.lot) for binding in await journal.bindings() if binding.lot is not None}
    for receipt in await journal.open_receipts():
        if receipt.station is not None:
            found[receipt.station] = Held(receipt.lot)
    for run in await journal.open_runs():
        if run.station is not None:
            found[run.station] = Held(run.lot)
    for station, pallet in await journal.open_pallets():
        if station is not None:
            found[station] = Held(begun=pallet.sscc)
    for vehicle in await journal.open_dispatches():
        if vehicle.station is not None:
            found[vehicle.station] = Held(begun=vehicle.number)
    for job in await journal.print_jobs("queued", "sending", "unknown"):
        if job.station is not None:
            before = found.get(job.station, Held())
            found[job.station] = replace(before, labels=before.labels + 1)
    return found
