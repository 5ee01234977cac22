"""From a fact to the document that goes into the journal: pure, the same event always gives the same draft."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.acts import (
    Carton,
    CartonStacked,
    ClockCorrected,
    ConfigChanged,
    DateConfirmed,
    Destroyed,
    Dispatch,
    DispatchOpened,
    DispatchRecalled,
    ErrorDeclared,
    GateLoad,
    GoodsLoaded,
    GradedLoad,
    Grading,
    GradingBegun,
    HarvestLot,
    Held,
    Inspection,
    LotClosed,
    LotOpened,
    LotReopened,
    PalletBegun,
    PalletBuilt,
    PalletTakenApart,
    Printout,
    Receipt,
    ReceiptNoted,
    RefusedAct,
    RegisterRefused,
    RegisterTaken,
    Released,
    Reprint,
    RoomMove,
    RoomWindow,
    SignedIn,
    StampsBound,
    Started,
    UnboundLoad,
    UnknownScan,
)
from gateway.alarm import Alarm
from gateway.epcis import (
    alarm,
    audit,
    carton,
    dispatch,
    error_declaration,
    grading,
    harvest_lot,
    inspection,
    naming,
    pallet,
    quality,
    receipt,
    room_move,
    stamp,
    window,
)
from gateway.epcis.document import EPCIS_KINDS, is_event
from gateway.epcis.sound import check_sound
from gateway.epcis.times import OFFSET, local
from gateway.event import Draft, Event, Fact, Json
from gateway.gs1.identifiers import entry_id
from gateway.reading import Link, Measurement, Scan, Weight
from gateway.site import Site
from gateway.station import Binding

KINDS: Final[Mapping[type, str]] = MappingProxyType(
    {
        HarvestLot: "harvest-lot",
        Receipt: "receipt",
        Inspection: "inspection",
        Grading: "grading",
        Carton: "carton",
        StampsBound: "stamp",
        PalletBuilt: "pallet",
        PalletTakenApart: "unpack",
        Held: "hold",
        Released: "release",
        Destroyed: "destroy",
        Dispatch: "dispatch",
        DispatchRecalled: "void-shipping",
        ErrorDeclared: "error-declaration",
        RoomWindow: "window",
        Alarm: "alarm",
        LotOpened: "lot-opened",
        GateLoad: "weighing",
        ReceiptNoted: "receipt-noted",
        GradingBegun: "grading-begun",
        GradedLoad: "grading-load",
        PalletBegun: "pallet-begun",
        DispatchOpened: "dispatch-opened",
        LotReopened: "lot-reopened",
        UnboundLoad: "unbound-load",
        UnknownScan: "unknown-scan",
        RefusedAct: "refused",
        SignedIn: "operator",
        Binding: "binding",
        LotClosed: "lot-closed",
        Printout: "printout",
        Reprint: "reprint",
        DateConfirmed: "date-confirmed",
        ClockCorrected: "clock-correction",
        Started: "started",
        ConfigChanged: "config",
        RegisterTaken: "register",
        RegisterRefused: "register-refused",
    }
)
"""The kind of each fact, but for those that have two by their direction (DIRECTED)."""

DIRECTED: Final[Mapping[type, str]] = MappingProxyType(
    {RoomMove: "room-{}", CartonStacked: "carton-{}-pallet", GoodsLoaded: "goods-{}-vehicle"}
)
"""A room move is `room-in` or `room-out`; a carton goes `carton-on-pallet` or `-off-`, goods `goods-on-vehicle`."""


def draft(event: Event, site: Site) -> Draft:
    """Give the document of an event: its id from the business key, its kind, its body.

    Raises:
        ValueError: The event has no business key, holds a reading (judged, never journaled), a code with a wrong
            check digit, or a time without offset.
    """
    if not event.key:
        raise ValueError(f"an event without a business key cannot be journaled: {event.fact!r}")
    kind, id_ = kind_of(event.fact), entry_id(site.uri, event.key)
    if isinstance(event.fact, ErrorDeclared):
        repeated = error_declaration.body(event, event.fact)
        if is_event(repeated):
            check_sound(repeated)
        return Draft(id_, kind, repeated)
    particulars = _particulars(event, site)
    body: dict[str, Json] = {
        "eventID": naming.urn(id_),
        "eventTime": local(event.occurred_at),
        "eventTimeZoneOffset": OFFSET,
    }
    body |= _placed(event, particulars) if kind in EPCIS_KINDS else _audited(event, kind, particulars)
    return Draft(id_, kind, body)


def kind_of(fact: Fact) -> str:
    """Give the kind of entry a fact becomes, which is also the first word of its business key.

    Raises:
        ValueError: It is a reading, which is judged but never journaled.
    """
    match fact:
        case RoomMove(direction=direction) | CartonStacked(direction=direction) | GoodsLoaded(direction=direction):
            return DIRECTED[type(fact)].format(direction)
        case Weight() | Measurement() | Scan() | Link():
            raise ValueError(f"readings are judged, not journaled: {fact!r}")
        case _:
            return KINDS[type(fact)]


def _particulars(event: Event, site: Site) -> dict[str, Json]:  # noqa: PLR0912 - a table, one row a kind
    fact = event.fact
    match fact:
        case HarvestLot():
            return harvest_lot.body(event, fact, site)
        case Receipt():
            return receipt.body(event, fact, site)
        case Carton():
            return carton.body(event, fact, site)
        case RoomMove():
            return room_move.body(event, fact, site)
        case RoomWindow():
            return window.body(event, fact, site)
        case Alarm():
            return alarm.body(event, fact, site)
        case Inspection():
            return inspection.body(event, fact, site)
        case Grading():
            return grading.body(event, fact, site)
        case StampsBound():
            return stamp.body(event, fact, site)
        case PalletBuilt():
            return pallet.built(event, fact, site)
        case PalletTakenApart():
            return pallet.taken_apart(event, fact, site)
        case Held():
            return quality.held(event, fact, site)
        case Released():
            return quality.released(event, fact, site)
        case Destroyed():
            return quality.destroyed(event, fact, site)
        case Dispatch():
            return dispatch.body(event, fact, site)
        case DispatchRecalled():
            return dispatch.recalled(event, fact, site)
        case ErrorDeclared() | Weight() | Measurement() | Scan() | Link():
            raise ValueError(f"has no particulars of its own: {fact!r}")
        case _:
            return audit.body(fact)


def _placed(event: Event, body: dict[str, Json]) -> dict[str, Json]:
    """Add where in the house and as which act an EPCIS event happened."""
    if event.station is not None:
        body["ph:station"] = event.station
    if event.number is not None:
        body["ph:actNumber"] = event.number
    if event.request is not None:
        body["ph:request"] = event.request
    check_sound(body)
    return body


def _audited(event: Event, kind: str, fields: dict[str, Json]) -> dict[str, Json]:
    body: dict[str, Json] = {"kind": kind}
    if event.station is not None:
        body["station"] = event.station
    if event.number is not None:
        body["actNumber"] = event.number
    if event.request is not None:
        body["request"] = event.request
    return body | fields
