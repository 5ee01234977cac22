"""What a code names, and what that came from and became: lots, cartons, pallets, dispatches, from the projections."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from gateway.errors import GatewayError
from gateway.gs1.codes import CartonCode, LotTag, PalletCode
from gateway.gs1.identifiers import CodeWrong
from gateway.journal.reader import CartonRow, CartonsRow, DispatchRow, LotRow, PalletRow, Reader
from gateway.reading import Scan
from gateway.trace.account import Kind

_SSCC_DIGITS: Final = 18


class NotFound(GatewayError):
    """Nobody here knows the code."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What was asked for."""

    kind: Kind
    code: str


@dataclass(frozen=True, slots=True)
class AreaAsked:
    """A growing area was asked for: all of its lots."""

    area: str


@dataclass(slots=True)
class Lineage:
    """Everything the subject came from and became, each by its code, in the order it was found."""

    subject: Subject
    lots: dict[str, LotRow] = field(default_factory=dict)
    parents: dict[str, list[tuple[str, Decimal]]] = field(default_factory=dict)
    children: dict[str, list[tuple[str, Decimal]]] = field(default_factory=dict)
    cartons: dict[str, list[CartonsRow]] = field(default_factory=dict)
    carton: CartonRow | None = None
    pallets: dict[str, PalletRow] = field(default_factory=dict)
    dispatches: dict[str, DispatchRow] = field(default_factory=dict)

    @property
    def harvested(self) -> list[LotRow]:
        """The lots that came from a farm."""
        return [lot for lot in self.lots.values() if lot.grade is None]


def asked_for(code: str, reader: Reader) -> Subject | AreaAsked:
    """Say what a code names: a URI, an element string, a serial, an SSCC, a lot, a stamp, a growing area.

    Raises:
        NotFound: It is a code of ours, but there is nothing of that name; or no code at all.
    """
    from gateway.gs1.scanned import read  # 7 MB, which the page has only once somebody asks

    code = code.strip()
    try:
        meant = read(Scan(code))
    except CodeWrong as error:
        raise NotFound(f"{code}: mã bị sai / the code is wrong: {error}") from error
    found: Subject | AreaAsked | None
    match meant:
        case CartonCode(serial=serial):
            found = _carton(serial, reader)
        case PalletCode(sscc=sscc):
            found = _pallet(sscc, reader)
        case LotTag(lot=lot):
            found = _lot(lot, reader)
        case _:
            found = _by_name(code, reader)
    if found is None:
        raise NotFound(f"{code}: không có trong sổ sự kiện này / not in this journal")
    return found


def _by_name(code: str, reader: Reader) -> Subject | AreaAsked | None:
    upper = code.upper()
    if reader.knows_area(upper):
        return AreaAsked(upper)
    stamped = reader.stamped(code)
    return (
        _lot(upper, reader)
        or _carton(code, reader)
        or _pallet(code, reader)
        or (_carton(stamped, reader) if stamped else None)
    )


def _lot(code: str, reader: Reader) -> Subject | None:
    return Subject("lot", code) if reader.lot(code) else None


def _carton(serial: str, reader: Reader) -> Subject | None:
    return Subject("carton", serial) if reader.carton(serial) else None


def _pallet(sscc: str, reader: Reader) -> Subject | None:
    return Subject("pallet", sscc) if reader.pallet(sscc) else None


def lineage(subject: Subject, reader: Reader) -> Lineage:
    """Follow a subject back to its farms and forward to its customers."""
    line = Lineage(subject)
    match subject.kind:
        case "lot":
            _backwards(subject.code, line, reader)
            _forwards(subject.code, line, reader)
        case "pallet":
            for group in reader.cartons_on(subject.code):
                line.cartons.setdefault(group.lot, []).append(group)
                _backwards(group.lot, line, reader)
            _pallet_of(subject.code, line, reader)
        case "carton":
            line.carton = carton = reader.carton(subject.code)
            if carton is None:
                raise NotFound(subject.code)
            _backwards(carton.lot, line, reader)
            for sscc, _ in reader.pallets_left(carton.serial):
                _pallet_of(sscc, line, reader, follow=False)
            if carton.pallet is not None:
                _pallet_of(carton.pallet, line, reader)
    return line


def _backwards(code: str, line: Lineage, reader: Reader) -> None:
    if code in line.lots or (lot := reader.lot(code)) is None:
        return
    line.parents[code] = reader.parents(code)
    for parent, _ in line.parents[code]:
        _backwards(parent, line, reader)
        line.children.setdefault(parent, []).extend(
            pair for pair in reader.children(parent) if pair not in line.children.get(parent, [])
        )
    line.lots[code] = lot


def _forwards(code: str, line: Lineage, reader: Reader) -> None:
    if code not in line.lots:
        lot = reader.lot(code)
        if lot is None:
            return
        line.lots[code] = lot
        line.parents.setdefault(code, reader.parents(code))
    line.cartons[code] = reader.cartons_of_lot(code)
    for group in line.cartons[code]:
        if group.pallet is not None:
            _pallet_of(group.pallet, line, reader)
    for dispatch, _ in reader.dispatches_of(code):
        line.dispatches[dispatch.number] = dispatch
    line.children[code] = reader.children(code)
    for child, _ in line.children[code]:
        _forwards(child, line, reader)


def _pallet_of(sscc: str, line: Lineage, reader: Reader, *, follow: bool = True) -> None:
    if sscc in line.pallets or (pallet := reader.pallet(sscc)) is None:
        return
    line.pallets[sscc] = pallet
    if follow:
        for dispatch, _ in reader.dispatches_of(sscc):
            line.dispatches[dispatch.number] = dispatch
