"""The gate: a farm's card opens a lot and a receipt, loads are weighed one by one, closing sums them exactly."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from gateway.acts import GateLoad, HarvestLot, LotClosed, LotOpened, Receipt
from gateway.board import Load, ReceiptSum
from gateway.capture import AtRest
from gateway.drivers.plate import Plate
from gateway.errors import Refused
from gateway.gs1.codes import Code, LocalCode
from gateway.gs1.digital_link import lot_tag_uri
from gateway.locale.shown import LOCAL
from gateway.lot import Lot, LotCode, Origin, ProductId
from gateway.reading import DeviceId
from gateway.record.desk import Desk, ReadCode
from gateway.record.display import Shown
from gateway.record.house import House
from gateway.record.lot_binding import LotBinding
from gateway.record.tables import StationTable
from gateway.registers import Farm
from gateway.station import Binding, PrinterId, Show, StationId


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
        self._crate = self.table.crate
        self._weighed_at: datetime | None = None

    async def resume(self) -> None:
        """Take up the receipt that was open, with the exact sums of its loads."""
        await super().resume()
        await self.binding.resume()
        for open_receipt in await self.house.journal.open_receipts():
            if open_receipt.station == self.id:
                self._receipt = ReceiptSum(
                    number=open_receipt.receipt,
                    lot=open_receipt.lot,
                    loads=open_receipt.loads,
                    gross=open_receipt.gross,
                    tare=open_receipt.tare,
                    net=open_receipt.net,
                    crates=open_receipt.crates,
                )
                self._weighed_at = self.last.at if self.last else None
                if self.binding.lot != open_receipt.lot:
                    self.binding.greyed = open_receipt.lot
                self._crate = self._only_crate()

    def _only_crate(self) -> str | None:
        """Give the crate type nobody needs to scan: after a restart nobody knows which one was scanned before."""
        return self.table.crate if len(self.house.registers.crate) == 1 else None

    def lot(self) -> LotCode | None:
        """Give the lot being received."""
        return self._receipt.lot if self._receipt else None

    def tare_kg(self) -> Decimal:
        """Give the tare of the crates that stand on the scale at once."""
        crate = self.house.registers.crate.get(self._crate or "")
        return crate.tare_kg * self.table.crates_per_load if crate else Decimal(0)

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
        """Open a lot by a farm's card, choose a crate type, close the receipt."""
        if not isinstance(code, LocalCode):
            raise Refused("code_not_here")
        registers = self.house.registers
        if code.text in registers.farm:
            await self._open(registers.farm[code.text], at)
        elif code.text in registers.crate:
            self._crate = code.text
        elif code.text == "CMD-CLOSE-RECEIPT":
            if self._receipt is None:
                raise Refused("receipt_none")
            await self._close(self._receipt, at)
        else:
            raise Refused("code_unknown")

    async def _open(self, farm: Farm, at: datetime) -> None:
        before = self._receipt
        if before is not None and self.house.lots[before.lot].lot.origin.farm == farm.id:
            await self.binding.bind(before.lot, at)
            self.tell("lot_opened", lot=before.lot)
            return
        if not self.house.clock.dated:
            raise Refused("date_ask", date=self.house.clock.today().isoformat())
        if before is not None and before.loads:
            raise Refused("receipt_open", receipt=before.number)
        area = self.house.registers.area.get(farm.area)
        if area is None:
            raise Refused("area_unknown")
        if area.status != "active":
            raise Refused(f"area_{area.status}")
        product = self.house.registers.product.get(farm.product)
        if product is None:
            raise Refused("product_gone")
        day = at.astimezone(LOCAL).date()
        counters = self.house.journal.counters
        lot = Lot(
            code=LotCode(await counters.document("H", day)),
            gtin=product.gtin_lot,
            product=ProductId(farm.product),
            origin=Origin(farm.area, farm.id, day, day, farm.province),
            opened_at=at,
        )
        number = await counters.document("R", day)
        # a card scanned by mistake left a receipt without a load: its lot is closed, and nobody comes back to it
        mistaken = [LotClosed(before.lot, "no load", self.operator)] if before is not None else []
        await self.keep(*mistaken, LotOpened(lot, number), Binding(self.id, lot.code, at, self.operator), at=at)
        self.binding.held(lot.code, at)
        zero = Decimal(0)
        self._crate = self.table.crate
        self._receipt = ReceiptSum(number, lot.code, 0, zero, zero, zero, 0)
        self.tell("lot_opened", lot=lot.code)

    async def on_load(self, load: AtRest, at: datetime) -> None:
        """Weigh one load of the open receipt.

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
        crates = self.table.crates_per_load
        weighing = self.weighing(load, crate.tare_kg * crates, at)
        if weighing.net <= 0:
            raise Refused("bad_net")
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

    async def _close(self, receipt: ReceiptSum, at: datetime) -> None:
        if not receipt.loads:
            raise Refused("receipt_empty", receipt=receipt.number)
        if not self.house.clock.dated:  # its slip bears the time
            raise Refused("date_ask", date=self.house.clock.today().isoformat())
        lot = self.house.lots[receipt.lot].lot
        product = self.house.registers.product.get(lot.product)
        if product is None:
            raise Refused("product_gone")
        await self.keep(
            HarvestLot(lot, receipt.net, product.name.vi, product.variety),
            Receipt(
                number=receipt.number,
                lot=lot,
                gross=receipt.gross,
                tare=receipt.tare,
                net=receipt.net,
                loads=receipt.loads,
                crates=receipt.crates,
                scale=DeviceId(self.table.scale or ""),
                weighed_at=self._weighed_at or at,
                by=self.operator,
                product_name=product.name.vi,
                variety=product.variety,
                label_uri=self._tag_uri(lot, receipt.net),
                printer=PrinterId(self.table.printer) if self.table.printer else None,
                template=self.table.label,
                slip_printer=PrinterId(self.table.slip_printer) if self.table.slip_printer else None,
                slip_template=self.table.slip_label,
            ),
            Binding(self.id, None, at, self.operator, "closed"),
            at=at,
        )
        self._receipt = self.binding.lot = self.binding.greyed = None
        self.tell(
            "receipt_closed_slip" if self.table.slip_printer else "receipt_closed",
            receipt=receipt.number,
            kg=str(receipt.net),
        )

    def _tag_uri(self, lot: Lot, net: Decimal) -> str:
        """Give what the lot tag's QR says; a mass beyond AI 310n's six digits stands on the tag in words only."""
        domain, origin = self.house.site.domain, lot.origin
        days = {"harvested_from": origin.harvested_from, "harvested_to": origin.harvested_to}
        try:
            return lot_tag_uri(domain, lot.gtin, lot.code, net=net, **days)
        except ValueError:
            return lot_tag_uri(domain, lot.gtin, lot.code, net=None, **days)
