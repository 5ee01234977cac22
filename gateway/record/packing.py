"""The packing station: one carton, one load, one event, one label."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from gateway.acts import Carton, LotClosed, Tolerance
from gateway.board import Load
from gateway.capture import AtRest
from gateway.drivers.plate import Plate
from gateway.errors import Refused
from gateway.gs1.codes import CartonCode, Code, LocalCode, LotTag
from gateway.gs1.digital_link import carton_uri
from gateway.locale.shown import LOCAL
from gateway.lot import LotBook, LotCode
from gateway.record.desk import Desk, ReadCode
from gateway.record.display import Shown
from gateway.record.house import House
from gateway.record.lot_binding import LotBinding
from gateway.record.tables import StationTable
from gateway.registers import Product
from gateway.station import PrinterId, Show, StationId
from gateway.units import to_kg

log = logging.getLogger(__name__)


class PackingDesk(Desk):
    """`step = "packing"`: bound to a received lot, it turns loads into labelled cartons."""

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
        """Bind a lot by its tag, or close the bound one."""
        match code:
            case LotTag():
                await self.binding.bind(self._packable(code), at)
            case CartonCode(serial=serial):
                raise Refused("carton_labelled", serial=serial)
            case LocalCode(text="CMD-CLOSE-LOT") if self.binding.lot is not None:
                await self.binding.end("closed", LotClosed(self.binding.lot, "scan", self.operator))
            case LocalCode(text=text) if text not in self.house.registers.crate:
                raise Refused("code_unknown")
            case _:
                raise Refused("code_not_here")

    def _packable(self, tag: LotTag) -> LotCode:
        book = self.house.lots.get(LotCode(tag.lot))
        if book is None or self.house.registers.product_of(tag.gtin) != book.lot.product:
            raise Refused("code_unknown")
        if book.state == "closed":
            raise Refused("lot_closed", lot=tag.lot)
        if book.state == "open":
            raise Refused("lot_unreceived", lot=tag.lot)
        return book.lot.code

    async def on_load(self, load: AtRest, at: datetime) -> None:
        """Weigh, number, keep and label one carton.

        Raises:
            Refused: The load is outside the product's limits or target, or more than the lot has left.
        """
        lot = self.binding.lot
        if lot is None:
            await self.binding.keep_unbound(load, at)
            return
        book = self.house.lots[lot]
        if book.state == "closed":
            await self.binding.end("closed")
            raise Refused("lot_closed", lot=lot)
        product = self.house.registers.product.get(book.lot.product)
        if product is None:
            raise Refused("product_gone")
        weighing = self.weighing(load, self._tare(load), at)
        tolerance = self._judge(weighing.net, product, book)
        day = at.astimezone(LOCAL).date()
        serial = await self.house.journal.counters.carton(day)
        best_before = day + timedelta(days=product.shelf_life_days) if product.shelf_life_days else None
        site = self.house.site
        try:
            uri = carton_uri(
                site.domain,
                product.gtin_carton,
                lot,
                serial,
                net=weighing.net,
                packed_on=day,
                best_before=best_before,
            )
        except ValueError as error:
            log.error("%s: %s", self.id, error)
            raise Refused("weight_unfit") from error
        carton = Carton(
            gtin=product.gtin_carton,
            serial=serial,
            lot=book.lot,
            weighing=replace(weighing, tolerance=tolerance),
            product_name=product.name.vi,
            variety=product.variety,
            packed_on=day,
            best_before=best_before,
            facility=site.facility,
            label_uri=uri,
            printer=PrinterId(self.table.printer) if self.table.printer else None,
            template=self.table.label,
        )
        await self.keep(carton, at=at)
        label = "queued" if self.table.printer else "none"
        self.binding.used()
        self.done_with_load(Load(serial, lot, weighing.net, at, label))
        await self._close_when_used_up(lot, product)

    def _tare(self, load: AtRest) -> Decimal:
        """Give the tare in kg: the station's carton type, or else what the scale itself took off."""
        crate = self.house.registers.crate.get(self.table.crate or "")
        if crate is not None:
            return crate.tare_kg
        weight = load.weight
        if weight.basis != "net" or weight.tare is None or weight.unit is None:
            return Decimal(0)
        return to_kg(weight.tare, weight.unit)

    def _judge(self, net: Decimal, product: Product, book: LotBook) -> Tolerance | None:
        """Say how the net mass stands to the product's target.

        Raises:
            Refused: It is outside the limits, off target while the station holds such loads, or more than is left.
        """
        if net <= 0:
            raise Refused("bad_net")
        if net < product.min_kg:
            raise Refused("too_light", min=str(product.min_kg))
        if net > product.max_kg:
            raise Refused("too_heavy", max=str(product.max_kg))
        most = book.received_kg * (1 + self.table.balance_tolerance)
        if book.packed_kg + net > most:
            raise Refused("balance", kg=str(book.packed_kg + net - book.received_kg))
        if product.target_kg is None:
            return None
        if net < product.target_kg - product.under_kg:
            return self._off_target("under", product.target_kg - net, product.target_kg)
        if net > product.target_kg + product.over_kg:
            return self._off_target("over", net - product.target_kg, product.target_kg)
        return "good"

    def _off_target(self, how: Tolerance, by: Decimal, target: Decimal) -> Tolerance:
        if self.table.capture.tolerance == "hold":
            raise Refused(how, d=str(by), kg=str(target))
        return how

    async def _close_when_used_up(self, lot: LotCode, product: Product) -> None:
        """Close a lot of which no further carton can come: what is left is within tolerance and below a carton."""
        book = self.house.lots[lot]
        left = book.received_kg - book.packed_kg
        if left < product.min_kg and left <= book.received_kg * self.table.balance_tolerance:
            await self.binding.end("used up", LotClosed(lot, "used up", self.operator))
