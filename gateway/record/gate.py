"""The gate: a farm's card opens a lot and a receipt, loads are weighed one by one, closing sums them exactly."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from gateway.acts import (
    Certificate,
    Declaration,
    GateLoad,
    HarvestLot,
    LotClosed,
    LotOpened,
    Receipt,
    ReceiptNoted,
)
from gateway.board import Load, ReceiptSum
from gateway.capture import AtRest
from gateway.drivers.plate import Plate
from gateway.errors import Refused
from gateway.gs1.codes import Code, LocalCode
from gateway.locale.shown import LOCAL
from gateway.lot import Lot, LotCode, Origin, ProductId
from gateway.reading import DeviceId
from gateway.record.desk import Desk, ReadCode
from gateway.record.display import Shown
from gateway.record.house import House
from gateway.record.lot_binding import LotBinding
from gateway.record.tables import StationTable
from gateway.record.tags import tag_uri
from gateway.registers import Farm
from gateway.station import Binding, PrinterId, Show, StationId

VEHICLE: Final = "VEHICLE:"
"""How a number plate begins as a code of the house's own making."""


class GateDesk(Desk):
    """`step = "receiving"`: one receipt at a time."""

    words: Mapping[str, str] = {
        "no_lot": "gate_no_lot",
        "ready": "gate_ready",
        "captured": "gate_captured",
        "not_unloaded": "gate_not_unloaded",
    }
    needs_date = False  # loads of an open lot go on; opening a lot asks for the date itself

    def __init__(
        self, id: StationId, table: StationTable, house: House, read: ReadCode, plate: Plate | None = None
    ) -> None:
        super().__init__(id, table, house, read, plate)
        self.binding = LotBinding(self)
        self._receipt: ReceiptSum | None = None
        self._weighed_at: datetime | None = None
        self._crate: str | None = None
        self._begin(Declaration())

    async def resume(self) -> None:
        """Take up the receipt that was open, with the exact sums of its loads."""
        await super().resume()
        await self.binding.resume()
        await self.take_receipt()
        self._crate = self._only_crate() if self._receipt is not None else self._crate

    async def take_receipt(self) -> None:
        """Take the open receipt as the journal has it: after a start, or when somebody else added to it."""
        lot = self.lot()
        for one in await self.house.journal.open_receipts():
            if one.station != self.id:
                continue
            self._receipt = ReceiptSum(one.receipt, one.lot, one.loads, one.gross, one.tare, one.net, one.crates)
            self._vehicle, self._deduction, self._deduction_reason = one.vehicle, one.deduction, one.deduction_reason
            self._weighed_at = self.last.at if self.last else None
            if one.lot != lot:  # what was declared here for an open receipt stands
                self._declared = await self._of_the_farm(one.lot)
            if self.binding.lot != one.lot:
                self.binding.greyed = one.lot

    def _only_crate(self) -> str | None:
        """Give the crate type nobody needs to scan: after a restart nobody knows which one was scanned before."""
        return self.table.crate if len(self.house.registers.crate) == 1 else None

    def lot(self) -> LotCode | None:
        """Give the lot being received."""
        return self._receipt.lot if self._receipt else None

    def tare_kg(self) -> Decimal:
        """Give the tare of the crates that stand on the scale at once."""
        crate = self.house.registers.crate.get(self._crate or "")
        return crate.tare_kg * self._crates if crate else Decimal(0)

    def receipt(self) -> ReceiptSum | None:
        """Give the open receipt."""
        return self._receipt

    def lacking(self) -> Shown | None:
        """Say that a farm's card must be scanned, for the first time or again."""
        if self.binding.lot is not None:
            return None
        if self._receipt is not None:
            return Shown(Show.LOT_RESCAN, "gate_rescan", {"lot": self._receipt.lot})
        return Shown(Show.NO_LOT, "no_lot")

    async def tick(self) -> None:
        """Let go of a receipt nobody works on any more."""
        await self.binding.tick()
        await super().tick()

    async def on_code(self, code: Code, at: datetime) -> None:
        """Open a lot by a farm's card, choose a crate type, say something about the receipt, close it."""
        if not isinstance(code, LocalCode):
            raise Refused("code_not_here")
        registers, text = self.house.registers, code.text
        if text in registers.farm:
            await self.open(text, at)
        elif text in registers.crate:
            self.choose_crate(text)
        elif text.startswith(VEHICLE):
            await self.note(vehicle=text.removeprefix(VEHICLE))
        elif text in ("CMD-EXPORT", "CMD-DOMESTIC"):
            self._lots = "export" if text == "CMD-EXPORT" else "domestic"
            self.tell(f"lots_{self._lots}")
        elif text == "CMD-DEDUCT":
            self._open_receipt()
            self._deducting = True
            self.tell("deduct_next")
        elif text in ("CMD-PHI-OK", "CMD-PHI-NO"):
            await self.declare(Declaration(interval_ok=text == "CMD-PHI-OK"))
        elif text == "CMD-CLOSE-RECEIPT":
            await self.close(at)
        else:
            raise Refused("code_unknown")

    def _open_receipt(self) -> ReceiptSum:
        if self._receipt is None:
            raise Refused("receipt_none")
        return self._receipt

    def choose_crate(self, crate: str, count: int | None = None) -> None:
        """Say which crates stand on the scale from now on, and how many at once.

        Raises:
            Refused: There is no such crate type.
        """
        if crate not in self.house.registers.crate:
            raise Refused("code_unknown")
        self._crate, self._crates = crate, count or self.table.crates_per_load

    async def declare(self, declaration: Declaration) -> None:
        """Take what the farm declares for the open receipt.

        Raises:
            Refused: None is open, or the interval after the last pesticide is too short: nothing may be received.
        """
        receipt = self._open_receipt()
        day = (await self.house.known_lot(receipt.lot)).lot.origin.harvested_to
        self._declared = _judged(declaration, day)
        self.tell("phi_noted")

    async def note(
        self, *, vehicle: str | None = None, deduction: Decimal | None = None, reason: str | None = None
    ) -> None:
        """Say something about the open receipt; what is left out stays as it is.

        Raises:
            Refused: None is open, or more would be deducted than was weighed.
        """
        receipt = self._open_receipt()
        noted = ReceiptNoted(
            receipt.number,
            vehicle or self._vehicle,
            self._deduction if deduction is None else deduction,
            reason or self._deduction_reason,
            self.operator,
        )
        if noted.deduction and noted.deduction >= receipt.net:
            raise Refused("balance", kg=f"{noted.deduction - receipt.net:f}")
        await self.keep(noted)
        self._vehicle, self._deduction = noted.vehicle, noted.deduction
        self._deduction_reason = noted.deduction_reason
        if vehicle is not None:
            self.tell("vehicle_noted", vehicle=vehicle)
        else:
            self.tell("deducted", kg=f"{noted.deduction:f}")

    async def open(self, card: str, at: datetime, lots: str | None = None) -> None:
        """Open a lot and its receipt by a farm's card.

        Raises:
            Refused: The growing area may not deliver such lots, the interval after the last pesticide is too short,
                another receipt is open, or the date is not known.
        """
        farm = self.house.registers.farm.get(card)
        if farm is None:
            raise Refused("code_unknown")
        before = self._receipt
        if before is not None and (await self.house.known_lot(before.lot)).lot.origin.farm == farm.id:
            await self.binding.bind(before.lot, at)
            self.tell("lot_opened", lot=before.lot)
            return
        if not self.house.clock.dated:
            raise Refused("date_ask", date=self.house.clock.today().isoformat())
        if before is not None and before.loads:
            raise Refused("receipt_open", receipt=before.number)
        export = (lots or self._lots) == "export"
        if export:
            self._may_export(farm)
        product = self.house.registers.product.get(farm.product)
        if product is None:
            raise Refused("product_gone")
        day = at.astimezone(LOCAL).date()
        said = Declaration(farm.last_pesticide, farm.pesticide, farm.interval_days)
        declared = _judged(said, day)
        counters = self.house.journal.counters
        lot = Lot(
            code=LotCode(await counters.document("H", day)),
            gtin=product.gtin_lot or "",
            product=ProductId(farm.product),
            origin=Origin(farm.area, farm.id, min(farm.harvested_from or day, day), day, farm.province),
            opened_at=at,
            export=export,
        )
        number = await counters.document("R", day)
        # a card scanned by mistake left a receipt without a load: its lot is closed, and nobody comes back to it
        mistaken = [LotClosed(before.lot, "no load", self.operator)] if before is not None else []
        await self.keep(*mistaken, LotOpened(lot, number), Binding(self.id, lot.code, at, self.operator), at=at)
        self.binding.held(lot.code, at)
        zero = Decimal(0)
        self._begin(declared)
        self._receipt = ReceiptSum(number, lot.code, 0, zero, zero, zero, 0)
        if export and (age_h := self.house.register_age_h()) is not None:
            self.tell("register_old", h=str(age_h))
        else:
            self.tell("lot_opened", lot=lot.code)

    def _may_export(self, farm: Farm) -> None:
        """See that the farm's growing area may deliver an export lot.

        Raises:
            Refused: Its code is unknown, suspended or revoked.
        """
        area = self.house.registers.area.get(farm.area)
        if area is None:
            raise Refused("area_unknown")
        if area.status != "active":
            raise Refused(f"area_{area.status}")

    def _begin(self, declared: Declaration) -> None:
        """Begin with nothing said about a new receipt but what the farm declares."""
        self._crate, self._crates = self.table.crate, self.table.crates_per_load
        self._vehicle = self._deduction_reason = None
        self._deduction, self._deducting = Decimal(0), False
        self._declared, self._lots = declared, self.table.lots

    async def on_load(self, load: AtRest, at: datetime) -> None:
        """Weigh one load of the open receipt, or what is deducted from it.

        Raises:
            Refused: No crate type is chosen, or the load weighs no more than its crates.
        """
        receipt = self._receipt
        if receipt is None or self.binding.lot is None:
            await self.binding.keep_unbound(load, at)
            return
        crate = self.house.registers.crate.get(self._crate or "")
        if crate is None:
            raise Refused("no_tare")
        crates = self._crates
        weighing = self.weighing(load, crate.tare_kg * crates, at)
        if weighing.net <= 0:
            raise Refused("bad_net")
        if self._deducting:
            await self.note(deduction=self._deduction + weighing.net, reason="weighed")
            self._deducting = False
            self.binding.used()
            self.done_with_load(None)
            return
        number = receipt.loads + 1
        await self.keep(GateLoad(receipt.lot, receipt.number, number, weighing, self._crate, crates), at=at)
        self._receipt = replace(
            receipt,
            loads=number,
            gross=receipt.gross + weighing.gross,
            tare=receipt.tare + weighing.tare,
            net=receipt.net + weighing.net,
            crates=receipt.crates + crates,
        )
        self._weighed_at = at
        self.binding.used()
        self.done_with_load(Load(None, receipt.lot, weighing.net, at, "none"))

    async def close(self, at: datetime, declared: Declaration | None = None) -> None:
        """Close the open receipt: its lot is received, with the exact sum of its loads less what is deducted.

        Raises:
            Refused: None is open, it is empty, the date is not known, or the declared interval is too short.
        """
        receipt = self._open_receipt()
        if not receipt.loads:
            raise Refused("receipt_empty", receipt=receipt.number)
        if not self.house.clock.dated:  # its slip bears the time
            raise Refused("date_ask", date=self.house.clock.today().isoformat())
        if declared is not None:
            await self.declare(declared)
        if self._declared.interval_ok is False:
            raise Refused("phi_short")
        lot = (await self.house.known_lot(receipt.lot)).lot
        product = self.house.registers.product.get(lot.product)
        if product is None:
            raise Refused("product_gone")
        net = receipt.net - self._deduction
        table, certificates = self.table, self._certificates(lot)
        age_h = self.house.register_age_h() if lot.export else None
        await self.keep(
            HarvestLot(lot, net, product.name.vi, product.variety, self._declared, certificates, age_h),
            Receipt(
                number=receipt.number,
                lot=lot,
                gross=receipt.gross,
                tare=receipt.tare,
                net=net,
                loads=receipt.loads,
                crates=receipt.crates,
                scale=DeviceId(table.scale or ""),
                weighed_at=self._weighed_at or at,
                by=self.operator,
                product_name=product.name.vi,
                variety=product.variety,
                label_uri=tag_uri(self.house, lot, net),
                printer=PrinterId(table.printer) if table.printer else None,
                template=table.label,
                deduction=self._deduction,
                deduction_reason=self._deduction_reason,
                vehicle=self._vehicle,
                crate_counts=await self.house.journal.crates(receipt.number),
                declaration=self._declared,
                certificates=certificates,
                slip_printer=PrinterId(table.slip_printer) if table.slip_printer else None,
                slip_template=table.slip_label,
                register_age_h=age_h,
            ),
            Binding(self.id, None, at, self.operator, "closed"),
            at=at,
        )
        self._receipt = self.binding.lot = self.binding.greyed = None
        self._begin(Declaration())
        slip = "receipt_closed_slip" if table.slip_printer else "receipt_closed"
        self.tell(slip, receipt=receipt.number, kg=str(net))

    async def _of_the_farm(self, code: LotCode) -> Declaration:
        """Give what the register says the farm of a lot declares; what was said at the gate alone is said again."""
        lot = (await self.house.known_lot(code)).lot
        for farm in self.house.registers.farm.values():
            if farm.id == lot.origin.farm:
                said = Declaration(farm.last_pesticide, farm.pesticide, farm.interval_days)
                try:
                    return _judged(said, lot.origin.harvested_to)
                except Refused:  # the register says so since the lot was opened: its receipt is not closed like this
                    return replace(said, interval_ok=False)
        return Declaration()

    def _certificates(self, lot: Lot) -> tuple[Certificate, ...]:
        farm = next((one for one in self.house.registers.farm.values() if one.id == lot.origin.farm), None)
        if farm is None:
            return ()
        return tuple(Certificate(one.scheme, one.number, one.expires) for one in farm.certificate)


def _judged(said: Declaration, harvested: date) -> Declaration:
    """Give a declaration with its interval judged, where the days are known.

    Raises:
        Refused: The interval is too short.
    """
    kept = said.interval_ok
    if said.last_pesticide is not None and said.interval_days is not None:
        kept = kept is not False and (harvested - said.last_pesticide).days >= said.interval_days
    if kept is False:
        raise Refused("phi_short")
    return replace(said, interval_ok=kept)
