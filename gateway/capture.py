"""One load, one capture: armed near zero, taken when at rest, then locked until the scale is unloaded."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from gateway.reading import Condition, Quality, Weight
from gateway.settings import Amount, Seconds, Settings
from gateway.units import to_kg


class CaptureTable(Settings):
    """`[station.<name>.capture]`: when a load counts. Masses in kg, durations in seconds.

    `rest_s`, `rest_spread_kg` and `rest_frames` are the window in which a scale without a stable flag counts as
    at rest. `tolerance` says what happens to a load outside the product's target: held, or captured and marked.
    """

    mode: Literal["settled", "manual"] = "settled"
    near_zero_kg: Annotated[Amount, Field(ge=0)] = Decimal("0.10")
    rest_s: Annotated[Seconds, Field(ge=0, le=60)] = 0.5
    rest_spread_kg: Annotated[Amount, Field(ge=0)] = Decimal("0.02")
    rest_frames: Annotated[int, Field(ge=2, le=100)] = 4
    stale_s: Annotated[Seconds, Field(ge=0.3, le=10)] = 1.5
    tolerance: Literal["hold", "mark"] = "hold"


class Phase(StrEnum):
    """What the scale's pan is doing, as far as fresh frames say."""

    SILENT = "silent"
    LOCKED = "locked"
    READY = "ready"
    LOADING = "loading"
    REST = "rest"
    OVERLOAD = "overload"
    TARED = "tared"
    UNZEROED = "unzeroed"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class AtRest:
    """A load at rest: its gross mass in kg, the weight it was read from, and who judged that it rests."""

    kg: Decimal
    weight: Weight
    rest: Literal["flag", "derived"]


_WITHOUT_VALUE: Final[dict[Condition | None, Phase]] = {
    "overload": Phase.OVERLOAD,
    "underload": Phase.NEGATIVE,
    "not-zeroed": Phase.UNZEROED,
}


def gross_kg(weight: Weight) -> Decimal | None:
    """Give what stands on the scale in kg, whatever tare the scale took off; None when it does not say how much.

    Raises:
        ValueError: The weight has no amount, or a unit weights are not kept in.
    """
    if weight.amount is None or weight.unit is None:
        raise ValueError("a weight without an amount has no mass")
    if weight.basis != "net":
        return to_kg(weight.amount, weight.unit)
    return None if weight.tare is None else to_kg(weight.amount + weight.tare, weight.unit)


class Capture:
    """The load on one scale, judged frame by frame; time is handed in as monotonic seconds.

    It begins locked: whatever stands on the scale after a start has a past nobody here knows (design §6). With
    `mode = "manual"`, made for scales that cannot be emptied, nothing is ever locked: somebody's command says which
    load is meant.
    """

    def __init__(self, table: CaptureTable) -> None:
        self._table = table
        self._locked = table.mode == "settled"
        self._window: list[tuple[float, Decimal]] = []
        self._zeros = 0
        self._seen_at: float | None = None
        self.phase = Phase.SILENT
        self.at_rest: AtRest | None = None

    def see(self, weight: Weight, monotonic: float) -> Phase:
        """Take in the newest frame; `at_rest` holds the load when the phase is REST."""
        if self._seen_at is not None and monotonic - self._seen_at > self._table.stale_s:
            self._forget()
        self._seen_at = monotonic
        self.phase = self._judge(weight, monotonic)
        if self.phase is not Phase.REST:
            self.at_rest = None
        return self.phase

    def tick(self, monotonic: float) -> Phase:
        """Notice that nothing came for longer than `stale_s`: an old weight is no weight."""
        if self._seen_at is None or monotonic - self._seen_at > self._table.stale_s:
            self.lose()
        return self.phase

    def lose(self) -> None:
        """Forget everything seen of the present load: the scale cannot be heard."""
        self._forget()
        self.phase = Phase.SILENT

    def lock(self) -> None:
        """Close this load, captured or refused: the next one counts after the scale was near zero."""
        if self._table.mode == "settled":
            self._locked = True
            self._forget()
            self.phase = Phase.LOCKED

    def _forget(self) -> None:
        self._window.clear()
        self._zeros = 0
        self.at_rest = None

    def _judge(self, weight: Weight, monotonic: float) -> Phase:
        if weight.amount is None or weight.unit is None or weight.quality is Quality.BAD:
            self._forget()
            return _WITHOUT_VALUE.get(weight.condition, Phase.SILENT)
        kg = gross_kg(weight)
        if kg is None:
            self._forget()
            return Phase.TARED
        if abs(kg) <= self._table.near_zero_kg:
            return self._unloaded(weight)
        self._zeros = 0
        if self._locked:
            return Phase.LOCKED
        if kg < 0:
            self._forget()
            return Phase.NEGATIVE
        return self._loaded(kg, weight, monotonic)

    def _unloaded(self, weight: Weight) -> Phase:
        """Arm after two frames near zero: one may be the swing of a carton being lifted."""
        self._window.clear()
        self._zeros = self._zeros + 1 if weight.stable is not False else 0
        if self._zeros >= 2:
            self._locked = False
        return Phase.LOCKED if self._locked else Phase.READY

    def _loaded(self, kg: Decimal, weight: Weight, monotonic: float) -> Phase:
        table = self._table
        if weight.stable is False:
            self._window.clear()
            return Phase.LOADING
        self._window.append((monotonic, kg))
        if weight.stable:
            # A flag is about the scale, not the worker's hands: two frames in a row must say the same.
            if len(self._window) >= 2 and self._window[-2][1] == kg:
                del self._window[:-2]
                self.at_rest = AtRest(kg, weight, "flag")
                return Phase.REST
            return Phase.LOADING
        while self._spread() > table.rest_spread_kg:
            del self._window[0]
        if len(self._window) >= table.rest_frames and monotonic - self._window[0][0] >= table.rest_s:
            while len(self._window) > table.rest_frames and monotonic - self._window[1][0] >= table.rest_s:
                del self._window[0]
            self.at_rest = AtRest(kg, weight, "derived")
            return Phase.REST
        return Phase.LOADING

    def _spread(self) -> Decimal:
        amounts = [kg for _, kg in self._window]
        return max(amounts) - min(amounts)
