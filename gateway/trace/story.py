"""The stages of a life in order of time, from the entries about its lots, its cartons and its pallets."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from gateway.gs1.identifiers import entry_id
from gateway.journal.reader import CartonRow, CartonsRow, Reader
from gateway.journal.rows import Cursor
from gateway.locale.traced import Words, words
from gateway.trace.account import Correction, Declared, Fact, Moment, Weighed
from gateway.trace.entries import Entries, Read
from gateway.trace.lineage import Lineage
from gateway.trace.premises import Premises
from gateway.trace.stages import amount, mass, same, tell, who
from gateway.trace.stages import kg as as_kg

STAGES: Final = frozenset(
    {
        *("lot-opened", "receipt", "inspection", "grading", "lot-closed", "lot-reopened"),
        *("hold", "release", "destroy", "room-in", "room-out", "pallet", "unpack", "dispatch", "void-shipping"),
    }
)
_OF_THE_WHOLE: Final = frozenset({"dispatch", "void-shipping"})


class Story:
    """What happened, gathered for one lineage."""

    def __init__(self, line: Lineage, reader: Reader, entries: Entries, premises: Premises) -> None:
        self._line = line
        self._reader = reader
        self._entries = entries
        self._premises = premises
        self.weights: list[Weighed] = []
        self.corrections: list[Correction] = []
        self.harvests: dict[str, Read] = {}
        self.receipts: dict[str, Read] = {}
        self.packed: list[Read] = []
        self.corrected: list[Cursor] = []
        """First entries of cartons that were corrected since: their labels are asked for there."""
        self._told: set[Cursor] = set()

    def moments(self) -> tuple[Moment, ...]:
        """Give every stage, the earliest first."""
        line = self._line
        found: list[Moment] = []
        for lot in line.lots:
            found += self._about(lot)
        if line.carton is not None:
            found += self._carton(line.carton)
        for groups in line.cartons.values():
            found += self._cartons(groups)
        for sscc in line.pallets:
            found += self._about(sscc)
        for number in line.dispatches:
            found += self._about(number, only=_OF_THE_WHOLE)
        return tuple(sorted(found, key=lambda one: (one.at, one.place)))

    def _about(self, goods: str, only: Iterable[str] = STAGES) -> Iterator[Moment]:
        for mention in self._reader.about(goods):
            if mention.at in self._told:
                continue
            if mention.kind == "weighing":
                self._load(mention.at)
            if mention.kind == "harvest-lot" and (read := self._entries.at(mention.at)) is not None:
                self.harvests[goods] = read
            if mention.kind not in only or (read := self._entries.at(mention.at)) is None:
                continue
            if not self._concerns(mention.kind, read):
                continue
            self._told.add(mention.at)
            if mention.kind == "receipt":
                self.receipts[goods] = read
            if (moment := self._moment(read)) is not None:
                yield moment

    def _concerns(self, kind: str, read: Read) -> bool:
        """Leave out other lots' gradings and the dispatches told for the pallets of others."""
        return kind != "grading" or read.body.text("ph:lot") in self._line.lots

    def _moment(self, read: Read) -> Moment | None:
        told = tell(read.entry.kind, read.body, self._premises)
        if told is None:
            return None
        title, facts, kg = told
        declared = self._entries.declared(read)
        if declared is not None:
            self._correct(read, title, declared)
        return Moment(
            at=read.at,
            kind=read.entry.kind,
            title=title,
            facts=facts,
            kg=kg,
            by=who(read.body),
            place=read.place,
            entry=read.entry.id,
            confirmed=self._entries.confirmed(read.place),
            corrected_clock=read.corrected_clock,
            paper_form=read.body.text_or_none("ph:paperForm"),
            declared=declared,
        )

    def _correct(self, read: Read, title: Words, declared: Declared) -> None:
        code = (
            read.body.text_or_none("ph:serial") or read.body.text_or_none("ph:sscc") or read.body.text_or_none("ph:lot")
        )
        was = tell(read.entry.kind, read.body, self._premises)
        right = self._entries.at(declared.replaced_by) if declared.replaced_by else None
        now = tell(right.entry.kind, right.body, self._premises) if right else None
        self.corrections.append(
            Correction(
                what=title,
                code=code or "",
                was=same(as_kg(was[2])) if was and was[2] is not None else Words("", ""),
                now=same(as_kg(now[2])) if now and now[2] is not None else None,
                declared=declared,
            )
        )

    def _load(self, place: Cursor) -> None:
        read = self._entries.at(place)
        if read is None:
            return
        body = read.body
        self.weights.append(
            Weighed(
                at=read.at,
                what=body.text_or_none("lot") or "",
                gross=body.amount("gross"),
                tare=body.amount("tare"),
                net=body.amount("net"),
                shown=_shown(body.text_or_none("display"), body.text_or_none("unitShown")),
                frame=_frame(body.text_or_none("raw")),
                scale=body.text_or_none("scale"),
                verified_until=body.text_or_none("verifiedUntil"),
                by=body.text_or_none("operator"),
                paper_form=body.text_or_none("paperForm"),
                place=place,
            )
        )

    # cartons

    def _carton(self, carton: CartonRow) -> Iterator[Moment]:
        for revision in range(carton.revision + 1):
            read = self._entries.of(
                entry_id(self._premises.site.uri, f"carton|{carton.gtin}|{carton.serial}|{revision}")
            )
            if read is None:
                read = self._entries.at(carton.at) if revision == carton.revision else None
            if read is None or (moment := self._moment(read)) is None:
                continue
            self.packed.append(read)
            self._weigh(read)
            yield moment
        for place in dict.fromkeys(place for _, place in self._reader.stamps(carton.serial)):
            read = self._entries.at(place)
            if read is not None and (moment := self._moment(read)) is not None:
                yield moment

    def _weigh(self, read: Read) -> None:
        body = read.body
        gross, tare, net = mass(body, "gross"), mass(body, "tare"), mass(body, "net")
        if gross is None or tare is None or net is None:
            return
        scale = body.text_or_none("sensorElementList", 0, "sensorMetadata", "deviceID")
        self.weights.append(
            Weighed(
                at=read.at,
                what=body.text_or_none("ph:serial") or "",
                gross=gross,
                tare=tare,
                net=net,
                shown=_shown(body.text_or_none("ph:display"), body.text_or_none("ph:unitShown")),
                frame=_frame(body.text_or_none("ph:rawFrame")),
                scale=self._device(scale) if scale else None,
                verified_until=body.text_or_none("ph:scaleVerifiedUntil"),
                by=body.text_or_none("ph:operatorId"),
                paper_form=body.text_or_none("ph:paperForm"),
                place=read.place,
            )
        )

    def _device(self, uri: str) -> str:
        """Give a device's own name: a GIAI bears the company prefix before it and is written in capitals."""
        return uri.rpartition("/")[2].removeprefix(self._premises.site.company_prefix or "").lower()

    def _cartons(self, groups: list[CartonsRow]) -> Iterator[Moment]:
        """Tell the cartons of one lot in a line: how many stand, of what weight; the errors among them apart."""
        standing = [group for group in groups if group.state != "void"]
        if not standing:
            return
        count, kg = sum(group.count for group in standing), sum((group.kg for group in standing), Decimal())
        first = self._entries.at(min(group.first for group in standing))
        last = self._entries.at(max(group.last for group in standing))
        lot = standing[0].lot
        if first is not None and last is not None:
            self.packed += [first, last]
            serials = (
                f"{min(group.first_serial for group in standing)} – {max(group.last_serial for group in standing)}"
            )
            facts = [Fact(words("net"), same(as_kg(kg))), Fact(words("carton"), same(serials))]
            yield Moment(
                at=first.at,
                kind="cartons",
                title=words("cartons", n=count),
                facts=tuple(facts),
                kg=kg,
                by=None,
                place=last.place,
                entry=last.entry.id,
                confirmed=self._entries.confirmed(last.place),
                entries=count,
                corrected_clock=first.corrected_clock,
            )
        if self._line.subject.kind == "lot":
            for carton in self._reader.cartons_in_error(lot):
                for _ in self._carton_errors(carton):
                    pass

    def _carton_errors(self, carton: CartonRow) -> Iterator[Read]:
        for revision in range(carton.revision + 1):
            read = self._entries.of(
                entry_id(self._premises.site.uri, f"carton|{carton.gtin}|{carton.serial}|{revision}")
            )
            if read is not None and (declared := self._entries.declared(read)) is not None:
                self._correct(read, words("carton"), declared)
                if declared.replaced_by is not None:
                    self.corrected.append(read.place)
                yield read


def deduction(read: Read) -> Decimal:
    """Give what a receipt took off for dirt and damage, kg."""
    return amount(read.body, "ph:deductionKg") or Decimal()


def _shown(display: str | None, unit: str | None) -> str | None:
    return f"{display} {unit}" if display and unit else display


def _frame(raw: str | None) -> str | None:
    """Give a raw frame as text where it is one, else in hex."""
    if not raw:
        return None
    data = bytes.fromhex(raw)
    return "".join(chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}" for byte in data)
