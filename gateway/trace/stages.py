"""An entry of the journal as a stage of a life: its title, its facts, who did it; pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from gateway.journal.projections.document import Document
from gateway.locale import shown
from gateway.locale.traced import TRACED, Words, words
from gateway.trace.account import Fact
from gateway.trace.premises import Premises

Told = tuple[Words, tuple[Fact, ...], Decimal | None]
"""Title, facts, kg."""


def tell(kind: str, body: Document, premises: Premises) -> Told | None:
    """Tell an entry as a stage; None when its kind is none (loads, bindings, printouts are told elsewhere)."""
    teller = _TELLERS.get(kind)
    return None if teller is None else teller(body, premises)


def who(body: Document) -> str | None:
    """Give the badge of who did it."""
    return (
        body.text_or_none("ph:operatorId")
        or body.text_or_none("operator")
        or body.text_or_none("ph:inspection", "ph:inspectorId")
        or body.text_or_none("errorDeclaration", "ph:declaredBy")
    )


def same(text: str) -> Words:
    """Give what reads the same in both languages."""
    return Words(text, text)


def kg(amount_kg: Decimal) -> str:
    """Give a mass as scales here show it: two decimals at least, more where there are more."""
    hundredths = amount_kg.quantize(Decimal("0.01"))
    return shown.kg(hundredths if hundredths == amount_kg else amount_kg)


def mass(body: Document, kind: str) -> Decimal | None:
    """Give the gross, tare or net that an EPCIS event's scale reported, kg."""
    reports = body.get("sensorElementList", 0, "sensorReport")
    for place in range(len(reports) if isinstance(reports, list) else 0):
        if body.get("sensorElementList", 0, "sensorReport", place, "ph:weightKind") == kind:
            return body.amount("sensorElementList", 0, "sensorReport", place, "value")
    return None


def amount(body: Document, *path: str | int) -> Decimal | None:
    """Give a number; None when it is not there."""
    return None if body.get(*path) is None else body.amount(*path)


def _kg(name: str, amount_kg: Decimal | None) -> Iterator[Fact]:
    if amount_kg is not None:
        yield Fact(words(name), same(kg(amount_kg)))


def _said(name: str, text: str | None) -> Iterator[Fact]:
    if text:
        yield Fact(words(name), same(text))


def _lot_opened(body: Document, premises: Premises) -> Told:
    farm = body.text_or_none("farm")
    facts = [*_said("area", body.text_or_none("area")), *_said("household", _farm(farm, premises))]
    return words("lot-opened"), tuple(facts), None


def _farm(farm: str | None, premises: Premises) -> str | None:
    name = premises.farm(farm) if farm else None
    return f"{farm} · {name}" if name else farm


def _receipt(body: Document, _premises: Premises) -> Told:
    net = amount(body, "quantityList", 0, "quantity")
    deduction = amount(body, "ph:deductionKg")
    facts = [
        *_kg("gross", mass(body, "gross")),
        *_kg("tare", mass(body, "tare")),
        *_kg("deduction", deduction or None),
        *_kg("net", net),
        *_said("vehicle", body.text_or_none("ph:vehiclePlate")),
    ]
    return words("receipt"), tuple(facts), net


def _inspection(body: Document, _premises: Premises) -> Told:
    result = body.text_or_none("ph:inspection", "ph:result") or ""
    named = words("result_rejected" if result == "rejected" else result)
    vi, en = words("inspection", result=named.vi).vi, words("inspection", result=named.en).en
    measured = body.get("ph:inspection")
    facts = [
        Fact(_measured(name.removeprefix("ph:")), same(shown.amount(Decimal(value))))
        for name, value in (measured.items() if isinstance(measured, dict) else ())
        if isinstance(value, int | Decimal) and not isinstance(value, bool)
    ]
    return Words(vi, en), tuple(facts), None


def _measured(name: str) -> Words:
    return words(name) if name in TRACED else same(name)


def _grading(body: Document, _premises: Premises) -> Told:
    outputs = body.get("ph:outputs")
    facts = []
    for place in range(len(outputs) if isinstance(outputs, list) else 0):
        grade = body.text_or_none("ph:outputs", place, "ph:grade")
        lot = body.text("ph:outputs", place, "ph:lot")
        facts.append(
            Fact(
                words("grade", grade=grade) if grade else same(lot), same(kg(body.amount("ph:outputs", place, "ph:kg")))
            )
        )
    facts += _kg("loss", amount(body, "ph:massBalance", "ph:lossKg"))
    return words("grading"), tuple(facts), amount(body, "ph:massBalance", "ph:inputKg")


def _carton(body: Document, _premises: Premises) -> Told:
    facts = [
        *_kg("gross", mass(body, "gross")),
        *_kg("tare", mass(body, "tare")),
        *_kg("net", amount(body, "ilmd", "ph:netWeightKg")),
        *_said("facility", body.text_or_none("ilmd", "ph:packingFacilityCode")),
    ]
    if packed := body.text_or_none("ilmd", "ph:packDate"):
        facts.append(Fact(words("packed_on"), same(shown.day(date.fromisoformat(packed)))))
    return words("packed"), tuple(facts), amount(body, "ilmd", "ph:netWeightKg")


def _stamp(body: Document, _premises: Premises) -> Told:
    stamps = body.get("ph:stamps") or body.get("childEPCs")
    facts = [Fact(words("stamps"), same(str(stamp))) for stamp in (stamps if isinstance(stamps, list) else ())]
    return words("stamp"), tuple(facts), None


def _pallet(body: Document, _premises: Premises) -> Told:
    net = amount(body, "ph:netWeightKg")
    facts = [
        Fact(words("pallet"), same(body.text("ph:sscc"))),
        *_count("count_cartons", body, "ph:cartonCount"),
        *_kg("net", net),
        *_kg("gross", amount(body, "ph:grossWeightKg")),
    ]
    return words("pallet-built"), tuple(facts), net


def _count(name: str, body: Document, *path: str | int) -> Iterator[Fact]:
    if body.get(*path) is not None:
        yield Fact(Words("", ""), words(name, n=body.whole(*path)))


def _unpack(body: Document, _premises: Premises) -> Told:
    facts = [Fact(words("pallet"), same(body.text("ph:sscc"))), *_said("reason", body.text_or_none("ph:reason"))]
    return words("unpack"), tuple(facts), None


def _room(direction: str) -> "Callable[[Document, Premises], Told]":
    def told(body: Document, premises: Premises) -> Told:
        sscc, room = body.text_or_none("ph:sscc"), premises.room_name(body.text("ph:room"))
        goods = _said("pallet", sscc) if sscc else _said("lot", body.text_or_none("ph:lot"))
        return words(f"room-{direction}", room=room), tuple(goods), None

    return told


def _decided(kind: str) -> "Callable[[Document, Premises], Told]":
    def told(body: Document, _premises: Premises) -> Told:
        thrown = amount(body, "ph:kg")
        goods = body.text_or_none("ph:sscc") or body.text_or_none("ph:lot")
        return (
            words(kind),
            (
                Fact(Words("", ""), same(goods or "")),
                *_kg("net", thrown),
                *_said("reason", body.text_or_none("ph:reason")),
            ),
            thrown,
        )

    return told


def _dispatch(body: Document, _premises: Premises) -> Told:
    facts = [
        *_said("dispatch", body.text_or_none("ph:dispatch")),
        *_said("customer", body.text_or_none("ph:customer", "ph:name")),
        *_said("vehicle", body.text_or_none("ph:vehiclePlate")),
        *_said("container", body.text_or_none("ph:containerNumber")),
        *_said("seal", body.text_or_none("ph:sealNumber")),
        *_said("market", body.text_or_none("ph:market")),
    ]
    documents = body.get("ph:documents")
    if isinstance(documents, dict) and documents:
        facts += _said(
            "documents", ", ".join(f"{name.removeprefix('ph:')} {value}" for name, value in documents.items())
        )
    return words("dispatched"), tuple(facts), None


def _called_back(body: Document, _premises: Premises) -> Told:
    facts = [*_said("dispatch", body.text_or_none("ph:dispatch")), *_said("reason", body.text_or_none("ph:reason"))]
    return words("void-shipping"), tuple(facts), None


def _lot_state(kind: str) -> "Callable[[Document, Premises], Told]":
    def told(body: Document, _premises: Premises) -> Told:
        reason = body.text_or_none("reason")
        named = words(reason).vi if reason is not None and reason in TRACED else reason
        return words(kind), (Fact(words("lots"), same(body.text("lot"))), *_said("reason", named)), None

    return told


_TELLERS: Final[Mapping[str, Callable[[Document, Premises], Told]]] = {
    "lot-opened": _lot_opened,
    "receipt": _receipt,
    "inspection": _inspection,
    "grading": _grading,
    "carton": _carton,
    "stamp": _stamp,
    "pallet": _pallet,
    "unpack": _unpack,
    "room-in": _room("in"),
    "room-out": _room("out"),
    "hold": _decided("hold"),
    "release": _decided("release"),
    "destroy": _decided("destroy"),
    "dispatch": _dispatch,
    "void-shipping": _called_back,
    "lot-closed": _lot_state("lot-closed"),
    "lot-reopened": _lot_state("lot-reopened"),
}
