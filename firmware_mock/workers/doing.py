"""What a worker can do with two hands, and what goes down in the worker's own notes."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Literal, TypeVar

DATE_YES = "CMD-DATE-YES"
LABEL_OUT = "CMD-LABEL-OUT"
REPRINT = "CMD-REPRINT"
CLOSE_RECEIPT = "CMD-CLOSE-RECEIPT"
ACCEPT = "CMD-ACCEPT"
CLOSE_PALLET = "CMD-CLOSE-PALLET"
DISPATCH = "CMD-DISPATCH"

PAPER_TIME_S = 1.5
"""How long a worker watches the printer before saying that nothing came out."""

MISSING_TIME_S = 6.0
"""How long a worker waits for a label that the display calls printed."""

STUCK_TIME_S = 10.0
"""After so long without an answer from the display a worker lifts the load and puts it on again."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Hold the scanner on a code."""

    code: str


@dataclass(frozen=True, slots=True)
class Put:
    """Put a load of so many kilograms (with its crate, if any) on the scale."""

    kg: Decimal


@dataclass(frozen=True, slots=True)
class Lift:
    """Take off whatever stands on the scale."""


Act = Scan | Put | Lift

How = Literal["captured", "restart"]
"""Whether the display said so while the load stood there, or as a past fact after it had gone dark."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The display said that this load is recorded: `serial` of a carton, `load` of a receipt.

    `shown` is the mass the display gave.
    """

    load: int
    put: str
    shown: str
    lot: str
    serial: str | None = None
    receipt: str | None = None
    how: How = "captured"


@dataclass(frozen=True, slots=True)
class Labelled:
    """The label with this serial is on the carton with this serial."""

    load: int
    serial: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The display refused the load or the code."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A receipt appeared on the display of the gate."""

    receipt: str
    lot: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A receipt is gone from the display after it was closed."""

    receipt: str
    lot: str
    loads: int


@dataclass(frozen=True, slots=True)
class TagOut:
    """The tag of a lot came out of the printer and hangs on the crates now; `kg` lies there to be packed."""

    lot: str
    tag: str
    kg: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The board on the wall shows the goods, a lot or a pallet, in (or out of) the room."""

    goods: str
    room: str
    direction: Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class Stranger:
    """The display states a load that this worker never put on: a double. `what` names it."""

    what: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """The display said that this lot was found good; `times` is how often the worker had to say so."""

    lot: str
    times: int


@dataclass(frozen=True, slots=True)
class Stacked:
    """The display said that this carton stands on the pallet being built."""

    serial: str


@dataclass(frozen=True, slots=True)
class Palletised:
    """A pallet is closed and bears its label; `tag` is what a scanner reads on it, `serials` the cartons on it."""

    sscc: str
    tag: str
    serials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dispatched:
    """The vehicle left with these pallets on it; `number` is the dispatch as the display named it."""

    number: str
    pallets: tuple[str, ...]


Note = (
    Confirmed
    | Labelled
    | Refusal
    | Opened
    | Closed
    | TagOut
    | Moved
    | Stranger
    | Inspected
    | Stacked
    | Palletised
    | Dispatched
)

W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Look(Generic[W]):
    """What came of looking at the display.

    `worker` is what the worker knows now, `notes` what was seen for the first time; `act` is what to do, and `after`
    the worker once it is done (None: nothing but the display will tell).
    """

    worker: W
    act: Act | None = None
    after: W | None = None
    notes: tuple[Note, ...] = ()
