"""What EPCIS has no event for: flat audit records, one shape for each kind of fact."""

from gateway.acts import (
    CartonStacked,
    ClockCorrected,
    ConfigChanged,
    DateConfirmed,
    DispatchOpened,
    GateLoad,
    GoodsLoaded,
    GradedLoad,
    GradingBegun,
    LotClosed,
    LotOpened,
    LotReopened,
    PalletBegun,
    Printout,
    ReceiptNoted,
    RefusedAct,
    RegisterRefused,
    RegisterTaken,
    Reprint,
    SignedIn,
    Started,
    UnboundLoad,
    UnknownScan,
    Weighing,
)
from gateway.epcis.times import local
from gateway.event import Json
from gateway.lot import code_of
from gateway.station import Binding

Audited = (
    LotOpened
    | GateLoad
    | ReceiptNoted
    | GradingBegun
    | GradedLoad
    | PalletBegun
    | CartonStacked
    | DispatchOpened
    | GoodsLoaded
    | UnboundLoad
    | UnknownScan
    | RefusedAct
    | SignedIn
    | LotClosed
    | LotReopened
    | Printout
    | Reprint
    | DateConfirmed
    | ClockCorrected
    | Started
    | ConfigChanged
    | RegisterTaken
    | RegisterRefused
    | Binding
)


def body(fact: Audited) -> dict[str, Json]:  # noqa: PLR0912 - a table, one row a kind
    """Give the fields of an audit record; None stays null, amounts are in kg, bytes in hex."""
    match fact:
        case LotOpened():
            return _lot_opened(fact)
        case GateLoad():
            return {
                "lot": fact.lot,
                "receipt": fact.receipt,
                "load": fact.number,
                **weighing(fact.weighing),
                "crate": fact.crate,
                "crates": fact.crates,
            }
        case ReceiptNoted():
            return {
                "receipt": fact.receipt,
                "vehicle": fact.vehicle,
                "deduction": fact.deduction,
                "deductionReason": fact.deduction_reason,
                "operator": fact.by,
            }
        case GradingBegun():
            return {"run": fact.run, "lot": fact.lot, "operator": fact.by}
        case GradedLoad():
            return {
                "run": fact.run,
                "lot": fact.lot,
                "load": fact.number,
                "grade": fact.grade,
                **weighing(fact.weighing),
            }
        case PalletBegun():
            return {"sscc": fact.sscc, "companyPrefix": fact.prefix, "operator": fact.by}
        case CartonStacked():
            carton = fact.carton
            return {
                "sscc": fact.sscc,
                "gtin": carton.gtin,
                "serial": carton.serial,
                "lot": carton.lot,
                "operator": fact.by,
            }
        case DispatchOpened():
            return _dispatch_opened(fact)
        case GoodsLoaded():
            return {
                "dispatch": fact.number,
                "goods": code_of(fact.goods),
                "warning": fact.warning,
                "operator": fact.by,
            }
        case UnboundLoad():
            return {**weighing(fact.weighing), "why": fact.why}
        case UnknownScan():
            return {
                "raw": fact.raw.hex(),
                "symbology": fact.symbology,
                "sentence": fact.sentence,
            }
        case RefusedAct():
            return {
                "tried": fact.tried,
                "sentence": fact.sentence,
                "values": dict(fact.values),
                "weighing": weighing(fact.weighing) if fact.weighing else None,
                "condition": fact.condition,
            }
        case SignedIn():
            return {"operator": fact.operator, "reason": fact.reason}
        case LotClosed():
            return {"lot": fact.lot, "reason": fact.reason, "operator": fact.by}
        case LotReopened():
            return {"lot": fact.lot, "reason": fact.reason, "operator": fact.by}
        case Printout():
            return {
                "job": fact.job,
                "label": fact.label,
                "serial": fact.serial,
                "printer": fact.printer,
                "state": fact.state,
                "evidence": fact.evidence,
                "reason": fact.reason,
                "operator": fact.by,
            }
        case Reprint():
            return {
                "of": fact.of,
                "serial": fact.serial,
                "printer": fact.printer,
                "reason": fact.reason,
                "operator": fact.by,
            }
        case DateConfirmed():
            return {"day": fact.day.isoformat(), "operator": fact.by}
        case ClockCorrected():
            return {"boot": fact.boot, "offsetMs": fact.offset_ms}
        case Started():
            return {
                "version": fact.version,
                "configSha256": fact.config_sha256,
                "stations": list(fact.stations),
            }
        case ConfigChanged():
            return {"configSha256": fact.config_sha256, "changed": list(fact.changed)}
        case RegisterTaken():
            return {
                "register": fact.register,
                "version": fact.version,
                "issuedAt": local(fact.issued_at),
                "rows": fact.rows,
                "sha256": fact.sha256,
            }
        case RegisterRefused():
            return {"register": fact.register, "why": fact.why, "sha256": fact.sha256}
        case Binding():
            return {
                "station": fact.station,
                "lot": fact.lot,
                "since": local(fact.since),
                "operator": fact.by,
                "reason": fact.reason,
            }


def weighing(fact: Weighing) -> dict[str, Json]:
    """Give one captured load with all its evidence; one from a paper form says so."""
    fields: dict[str, Json] = {
        "gross": fact.gross,
        "tare": fact.tare,
        "net": fact.net,
        "display": fact.display,
        "unitShown": fact.unit_shown,
        "raw": fact.raw.hex(),
        "scale": fact.scale,
        "at": local(fact.at),
        "rest": fact.rest,
        "operator": fact.by,
        "interval": fact.interval,
        "verifiedUntil": fact.verified_until.isoformat() if fact.verified_until else None,
        "tolerance": fact.tolerance,
    }
    if fact.form is not None:
        form = fact.form
        fields |= {"manual": True, "paperForm": form.number, "reason": form.reason, "enteredBy": form.entered_by}
    return fields


def _dispatch_opened(fact: DispatchOpened) -> dict[str, Json]:
    customer, journey = fact.customer, fact.journey
    return {
        "dispatch": fact.number,
        "customer": {"id": customer.id, "name": customer.name, "address": customer.address, "gln": customer.gln},
        "vehicle": journey.vehicle,
        "container": journey.container,
        "seal": journey.seal,
        "market": journey.market,
        "po": journey.po,
        "documents": dict(journey.documents),
        "operator": fact.by,
    }


def _lot_opened(fact: LotOpened) -> dict[str, Json]:
    lot, origin = fact.lot, fact.lot.origin
    return {
        "lot": lot.code,
        "gtin": lot.gtin,
        "product": lot.product,
        "area": origin.area,
        "farm": origin.farm,
        "province": origin.province,
        "harvestedFrom": origin.harvested_from.isoformat(),
        "harvestedTo": origin.harvested_to.isoformat(),
        "openedAt": local(lot.opened_at),
        "receipt": fact.receipt,
        "export": lot.export,
        "market": lot.market,
    }
