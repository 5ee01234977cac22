"""What stands on a station's scale: shown while fresh, offered once it rests, remembered when it is taken away."""

from datetime import datetime
from decimal import Decimal

from gateway.acts import RefusedAct, Weighing
from gateway.board import LiveWeight
from gateway.capture import AtRest, Capture, CaptureTable, Phase
from gateway.drivers.plate import Plate
from gateway.lot import OperatorId
from gateway.reading import DeviceId, Weight
from gateway.units import SHOWN

BY_HAND_S = 5.0
"""How long a command to capture waits for the load to rest; later it would mean another load."""

RETRY_S = 1.0
"""How soon a load the disk refused is offered again."""


class Pan:
    """The load on one scale, from the first frame to the empty scale."""

    def __init__(self, table: CaptureTable) -> None:
        self._capture = Capture(table)
        self._manual = table.mode == "manual"
        self._weight: Weight | None = None
        self._heard_at: float | None = None
        self._asked_until = float("-inf")
        self._retry_at = float("-inf")
        self.captured = False
        """Whether the load that stands there is on disk."""
        self.was_empty = False
        """Whether the scale was seen empty since the start, or since it was last silent."""
        self.turned_away: RefusedAct | None = None
        """What must be kept of the load if it leaves without having been captured."""

    @property
    def phase(self) -> Phase:
        """What the pan is doing."""
        return self._capture.phase

    def see(self, weight: Weight, monotonic: float) -> Phase:
        """Take in the newest frame."""
        self._weight, self._heard_at = weight, monotonic
        phase = self._capture.see(weight, monotonic)
        if phase in (Phase.READY, Phase.LOADING):
            self.captured = False
        self.was_empty = self.was_empty or phase is Phase.READY
        return phase

    def offered(self, monotonic: float) -> AtRest | None:
        """Give the load at rest, if it may be captured now: of itself, or because somebody asked for it."""
        if self.captured or monotonic < self._retry_at or (self._manual and monotonic > self._asked_until):
            return None
        return self._capture.at_rest

    def refused(self) -> None:
        """The load does not count as it is; a command to capture it is used up."""
        self._asked_until = float("-inf")

    def ask(self, monotonic: float) -> None:
        """Capture by hand: this load, as soon as it rests."""
        self._asked_until = monotonic + BY_HAND_S

    def later(self, monotonic: float) -> None:
        """Offer the load again a moment later."""
        self._retry_at = monotonic + RETRY_S

    def done(self, *, captured: bool) -> None:
        """Close this load: captured, or set aside; the next one counts after the scale was empty."""
        self._capture.lock()
        self.captured = captured
        self.turned_away = None
        self._asked_until = float("-inf")

    def lose(self) -> None:
        """Forget the present weight, and what is known of the load: the scale cannot be heard."""
        self._capture.lose()
        self.captured = self.was_empty = False

    def tick(self, monotonic: float) -> None:
        """Let an old weight go stale."""
        if self._capture.tick(monotonic) is Phase.SILENT:
            self.captured = self.was_empty = False

    def silent_s(self, monotonic: float) -> float | None:
        """How long the scale has not been heard; None if never."""
        return None if self._heard_at is None else monotonic - self._heard_at

    def live(self) -> LiveWeight | None:
        """Give what the scale shows; nothing once that is old."""
        weight = self._weight
        if weight is None or weight.amount is None or self.phase is Phase.SILENT:
            return None
        return LiveWeight(str(weight.amount), SHOWN.get(weight.unit or "", ""), weight.stable)


def evidence(
    load: AtRest, *, tare: Decimal, at: datetime, scale: DeviceId, plate: Plate | None, by: OperatorId | None
) -> Weighing:
    """Give a load at rest as a weighing with its evidence; `tare` in kg is taken off."""
    weight = load.weight
    return Weighing(
        gross=load.kg,
        tare=tare,
        net=load.kg - tare,
        display=str(weight.amount),
        unit_shown=SHOWN.get(weight.unit or "", weight.unit or ""),
        raw=weight.raw,
        scale=scale,
        at=at,
        rest=load.rest,
        by=by,
        interval=plate.interval_kg if plate else None,
        verified_until=plate.verified_until if plate else None,
    )
