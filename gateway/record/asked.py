"""What can be asked of the house, by a scan, on the page or on the command line: one closed table each.

A request is read from a JSON object whose `do` names it; amounts are kg, read as text or as a JSON number.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from gateway.acts import Result


def _exact(value: object) -> object:
    """Take `10,25` as people type it; a number that came as a float is written out first, so 0.1 stays 0.1."""
    if isinstance(value, float):
        return str(value)
    return value.strip().replace(",", ".") if isinstance(value, str) and value.count(",") == 1 else value


Kg = Annotated[Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False, decimal_places=6, le=10**6)]
Weight = Annotated[Kg, Field(gt=0)]
Figure = Annotated[
    Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False, max_digits=15, decimal_places=12, ge=-(10**12))
]
"""What was measured; a JSON number holds it exactly."""
Text = Annotated[str, Field(min_length=1, max_length=200)]
Note = Annotated[str, Field(max_length=1000)]


class Asked(BaseModel):
    """One request: its fields and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class SignIn(Asked):
    """Be at the station from now on."""

    do: Literal["sign-in"]
    badge: Text


class SignOut(Asked):
    """Leave the station."""

    do: Literal["sign-out"]


class ConfirmDate(Asked):
    """Say whether today's date is the one shown."""

    do: Literal["confirm-date"]
    right: bool = True


class Scanned(Asked):
    """Do whatever scanning this code at the station does."""

    do: Literal["scan"]
    code: Annotated[str, Field(min_length=1, max_length=400)]
    symbology: str | None = None


class OpenLot(Asked):
    """Open a lot and its receipt by a farm's card."""

    do: Literal["open-lot"]
    farm: Text
    domestic: bool = False


class NoteReceipt(Asked):
    """Say something about the open receipt; what is left out stays as it is."""

    do: Literal["note-receipt"]
    vehicle: Text | None = None
    deduction: Annotated[Kg, Field(ge=0)] | None = None
    deduction_reason: Text | None = None


class ChooseCrate(Asked):
    """Say which crates stand on the scale, and how many at once."""

    do: Literal["choose-crate"]
    crate: Text
    count: Annotated[int, Field(ge=1, le=100)] | None = None


class CloseReceipt(Asked):
    """Close the open receipt; what the farm declared goes with it."""

    do: Literal["close-receipt"]
    last_pesticide: date | None = None
    pesticide: Text | None = None
    interval_days: Annotated[int, Field(ge=0, le=365)] | None = None
    interval_ok: bool | None = None


class BindLot(Asked):
    """Work on this lot at the station."""

    do: Literal["bind-lot"]
    lot: Text


class CloseLot(Asked):
    """Take nothing more from a lot: the one bound, or the one named."""

    do: Literal["close-lot"]
    lot: Text | None = None


class ReopenLot(Asked):
    """Let a closed lot be worked on again."""

    do: Literal["reopen-lot"]
    lot: Text
    reason: Text


class CaptureLoad(Asked):
    """Capture the load on the scale as soon as it rests."""

    do: Literal["capture"]


class LabelOut(Asked):
    """The label asked about came out."""

    do: Literal["label-out"]


class ReprintLabel(Asked):
    """Print the label asked about, or the last one, again."""

    do: Literal["reprint"]
    job: Text | None = None


class CancelLabel(Asked):
    """Do not print a label that is waiting."""

    do: Literal["cancel-label"]
    job: Text
    reason: Text


class Inspect(Asked):
    """Say how a lot was found."""

    do: Literal["inspect"]
    lot: Text
    result: Result
    measurements: dict[Text, Figure] = Field(default_factory=dict)
    samples: Annotated[int, Field(ge=1, le=10_000)] | None = None
    note: Note = ""


class GradeBegin(Asked):
    """Begin a run of grading with this lot."""

    do: Literal["grade-begin"]
    lot: Text


class GradeOutput(Asked):
    """Choose the grade the next loads are of, null for what is thrown away; with `kg`, book them without a scale."""

    do: Literal["grade-output"]
    grade: Text | None
    kg: Weight | None = None


class GradeFinish(Asked):
    """End the run; `rest` says that the lot is used up by it, so what is missing is lost."""

    do: Literal["grade-finish"]
    rest: bool = False


class PalletBegin(Asked):
    """Begin a pallet."""

    do: Literal["pallet-begin"]


class PalletAdd(Asked):
    """Put a carton on the open pallet, or take it off again."""

    do: Literal["pallet-add"]
    serial: Text
    off: bool = False


class PalletOpen(Asked):
    """Take up a closed pallet again, to add to it."""

    do: Literal["pallet-open"]
    sscc: Text


class PalletClose(Asked):
    """Close the open pallet and print its label."""

    do: Literal["pallet-close"]
    gross: Weight | None = None


class Unpack(Asked):
    """Take cartons off a closed pallet; all of them when none is named."""

    do: Literal["unpack"]
    sscc: Text
    serials: tuple[Text, ...] = ()
    reason: Text


class RoomIn(Asked):
    """Bring a lot or pallet into a room; `at` for a move noted late."""

    do: Literal["room-in"]
    goods: Text
    room: Text
    at: AwareDatetime | None = None


class RoomOut(Asked):
    """Bring a lot or pallet out of the room it is in; `at` for a move noted late."""

    do: Literal["room-out"]
    goods: Text
    room: Text
    at: AwareDatetime | None = None


class Hold(Asked):
    """Set a lot or pallet apart."""

    do: Literal["hold"]
    goods: Text
    reason: Text


class Release(Asked):
    """Give a held lot or pallet free."""

    do: Literal["release"]
    goods: Text
    reason: Text


class DispatchOpen(Asked):
    """Begin to load a vehicle for a customer; with `number`, say more about one already begun."""

    do: Literal["dispatch-open"]
    customer: Text
    number: Text | None = None
    vehicle: Text | None = None
    container: Text | None = None
    seal: Text | None = None
    market: Text | None = None
    po: Text | None = None
    documents: dict[Text, Text] = Field(default_factory=dict)


class DispatchLoad(Asked):
    """Load a pallet or lot, or take it off the vehicle again."""

    do: Literal["dispatch-load"]
    goods: Text
    number: Text | None = None
    off: bool = False


class DispatchClose(Asked):
    """The vehicle leaves."""

    do: Literal["dispatch-close"]
    number: Text | None = None


class DispatchRecall(Asked):
    """Call back a shipment that has left; with `never`, say that it never left at all."""

    do: Literal["dispatch-recall"]
    number: Text
    reason: Text
    never: bool = False


class Destroy(Asked):
    """Destroy so many kg of a lot, or a whole pallet."""

    do: Literal["destroy"]
    goods: Text
    kg: Weight | None = None
    reason: Text


class VoidWeighing(Asked):
    """Declare that a carton, receipt, inspection or other act never happened; the label is not to be used."""

    do: Literal["void-weighing"]
    of: Text
    reason: Text


class CorrectWeighing(Asked):
    """Say what a carton, or a lot received, really weighs (net, kg)."""

    do: Literal["correct-weighing"]
    of: Text
    net: Weight
    reason: Text


class LateWeighing(Asked):
    """Take down a weighing from a numbered paper form, as of when it was made."""

    do: Literal["late-weighing"]
    form: Text
    at: AwareDatetime
    weigher: Text
    lot: Text
    gross: Weight
    tare: Annotated[Kg, Field(ge=0)] = Decimal(0)
    reason: Text


class BindStamps(Asked):
    """Bind official stamps to a carton."""

    do: Literal["bind-stamps"]
    serial: Text
    stamps: Annotated[tuple[Text, ...], Field(min_length=1, max_length=100)]


class AcknowledgeAlarm(Asked):
    """Say that an alarm is known, why it is so, and what is being done."""

    do: Literal["acknowledge-alarm"]
    alarm: Text
    reason: Text
    done: Note = ""


Request = Annotated[
    SignIn
    | SignOut
    | ConfirmDate
    | Scanned
    | OpenLot
    | NoteReceipt
    | ChooseCrate
    | CloseReceipt
    | BindLot
    | CloseLot
    | ReopenLot
    | CaptureLoad
    | LabelOut
    | ReprintLabel
    | CancelLabel
    | Inspect
    | GradeBegin
    | GradeOutput
    | GradeFinish
    | PalletBegin
    | PalletAdd
    | PalletOpen
    | PalletClose
    | Unpack
    | RoomIn
    | RoomOut
    | Hold
    | Release
    | DispatchOpen
    | DispatchLoad
    | DispatchClose
    | DispatchRecall
    | Destroy
    | VoidWeighing
    | CorrectWeighing
    | LateWeighing
    | BindStamps
    | AcknowledgeAlarm,
    Field(discriminator="do"),
]

REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
"""Reads a request: `REQUEST.validate_python({"do": "close-lot"})`; its errors name the field."""
