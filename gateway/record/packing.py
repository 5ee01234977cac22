"""The packing station: one carton, one load, one event, one label."""

from datetime import datetime
from decimal import Decimal

from gateway.acts import LotClosed
from gateway.board import Load
from gateway.capture import AtRest
from gateway.drivers.plate import Plate
from gateway.errors import Refused
from gateway.gs1.codes import CartonCode, Code, LocalCode, LotTag
from gateway.lot import LotCode
from gateway.record.cartons import PackingRules, bind_stamps, pack, packable, used_up
from gateway.record.desk import Desk, ReadCode
from gateway.record.display import Shown
from gateway.record.house import House
from gateway.record.lot_binding import LotBinding
from gateway.record.tables import StationTable
from gateway.station import Show, StationId
from gateway.units import to_kg


class PackingDesk(Desk):
    """`step = "packing"`: bound to a received lot, it turns loads into labelled cartons."""

    label_first = True

    def __init__(
        self, id: StationId, table: StationTable, house: House, read: ReadCode, plate: Plate | None = None
    ) -> None:
        super().__init__(id, table, house, read, plate)
        self.binding = LotBinding(self)

    async def resume(self) -> None:
        """Take up the past, and the lot if the last load was a moment ago."""
        await super().resume()
        await self.binding.resume()

    async def tick(self) -> None:
        """Let go of a lot nobody works on any more."""
        await self.binding.tick()
        await super().tick()

    def lot(self) -> LotCode | None:
        """Give the lot bound here, or the greyed one whose tag must be scanned again."""
        return self.binding.lot or self.binding.greyed

    def tare_kg(self) -> Decimal:
        """Give the tare of the station's carton type."""
        crate = self.house.registers.crate.get(self.table.crate or "")
        return crate.tare_kg if crate else Decimal(0)

    def lacking(self) -> Shown | None:
        """Say that a lot tag must be scanned."""
        if self.binding.lot is not None:
            return None
        if self.binding.greyed is not None:
            return Shown(Show.LOT_RESCAN, "lot_rescan", {"lot": self.binding.greyed})
        return Shown(Show.NO_LOT, "no_lot")

    async def on_code(self, code: Code, at: datetime) -> None:
        """Bind a lot by its tag, close the bound one, or bind an official stamp to the last carton."""
        match code:
            case LotTag():
                await self.bind(code, at)
            case CartonCode(serial=serial):
                raise Refused("carton_labelled", serial=serial)
            case LocalCode(text="CMD-CLOSE-LOT") if self.binding.lot is not None:
                await self.close_lot()
            case LocalCode(text=text) if self.table.stamps and text.startswith(self.table.stamps):
                await self._stamp(text)
            case LocalCode(text=text) if text not in self.house.registers.crate:
                raise Refused("code_unknown")
            case _:
                raise Refused("code_not_here")

    async def close_lot(self) -> None:
        """Take nothing more from the bound lot.

        Raises:
            Refused: None is bound.
        """
        if self.binding.lot is None:
            raise Refused("no_lot")
        await self.binding.end("closed", LotClosed(self.binding.lot, "scan", self.operator))

    async def bind(self, tag: LotTag, at: datetime) -> None:
        """Work on a lot.

        Raises:
            Refused: It may not be packed from here and now.
        """
        await self.binding.bind(await self._packable(tag), at)

    async def _packable(self, tag: LotTag) -> LotCode:
        book = await self.house.lot(tag.lot)
        registers = self.house.registers
        if book is None or (tag.gtin and registers.product_of(tag.gtin) != book.lot.product):
            raise Refused("code_unknown")
        packable(self.doer(), book, self.rules())
        if self.table.product is not None and book.lot.product != self.table.product:
            wanted = registers.product.get(self.table.product)
            raise Refused("wrong_product", product=wanted.name.vi if wanted else self.table.product)
        return book.lot.code

    def rules(self) -> PackingRules:
        """Give how this station packs."""
        table = self.table
        return PackingRules(
            table.balance_tolerance,
            hold=table.capture.tolerance == "hold",
            inspected=table.inspection == "required",
            printer=table.printer,
            template=table.label,
        )

    async def on_load(self, load: AtRest, at: datetime) -> None:
        """Weigh, number, keep and label one carton.

        Raises:
            Refused: The load is outside the product's limits or target, or more than the lot has left.
        """
        lot = self.binding.lot
        if lot is None:
            await self.binding.keep_unbound(load, at)
            return
        book = await self.house.known_lot(lot)
        if book.state == "closed":
            await self.binding.end("closed")
            raise Refused("lot_closed", lot=lot)
        carton = await pack(self.doer(at), book, self.weighing(load, self._tare(load), at), self.rules())
        label = "queued" if self.table.printer else "none"
        self.binding.used()
        self.done_with_load(Load(carton.serial, lot, carton.weighing.net, at, label))
        await self._close_when_used_up(lot)

    def _tare(self, load: AtRest) -> Decimal:
        """Give the tare in kg: the station's carton type, or else what the scale itself took off."""
        crate = self.house.registers.crate.get(self.table.crate or "")
        if crate is not None:
            return crate.tare_kg
        weight = load.weight
        if weight.basis != "net" or weight.tare is None or weight.unit is None:
            return Decimal(0)
        return to_kg(weight.tare, weight.unit)

    async def _close_when_used_up(self, lot: LotCode) -> None:
        """Close a lot of which no further carton can come."""
        book = await self.house.known_lot(lot)
        product = self.house.registers.product.get(book.lot.product)
        if product is not None and used_up(book, product, self.table.balance_tolerance):
            await self.binding.end("used up", LotClosed(lot, "used up", self.operator))

    async def _stamp(self, stamp: str) -> None:
        if self.last is None or self.last.serial is None:
            raise Refused("label_none")
        self.say(await bind_stamps(self.doer(), self.last.serial, (stamp,)))
