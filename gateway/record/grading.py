"""Grading: a lot's tag begins a run, each grade's loads are weighed; what went in is what came out and was lost."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from gateway.acts import Graded, GradedLoad, Grading, GradingBegun, Weighing
from gateway.board import Load
from gateway.capture import AtRest
from gateway.errors import Refused
from gateway.gs1.codes import Code, LocalCode, LotTag
from gateway.journal import OpenRun
from gateway.locale.shown import LOCAL
from gateway.lot import Lot, LotBook, LotCode
from gateway.reading import DeviceId
from gateway.record.desk import Desk
from gateway.record.display import Shown
from gateway.record.doer import Said
from gateway.record.goods import exportable, usable
from gateway.record.tags import tag_uri
from gateway.registers import Product
from gateway.station import PrinterId, Show

GRADE: Final = "GRADE-"
LOSS: Final = "GRADE-LOSS"
"""Codes that choose what the next loads are: `GRADE-A`, or what is thrown away."""

THROWN_AWAY: Final = ""


class GradingDesk(Desk):
    """`step = "grading"`: one run at a time; the lots it makes have the origin of the lot it takes."""

    words: Mapping[str, str] = {"ready": "grade_ready", "no_lot": "grade_no_lot", "captured": "gate_captured"}

    run: OpenRun | None = None
    grade: str | None = None

    async def resume(self) -> None:
        """Take up the run that was going on; which grade is weighed must be scanned again."""
        await super().resume()
        await self._take_run()

    async def _take_run(self) -> None:
        runs = await self.house.journal.open_runs()
        self.run = next((run for run in runs if run.station == self.id), None)

    def lot(self) -> LotCode | None:
        """Give the lot being graded."""
        return self.run.lot if self.run else None

    def lacking(self) -> Shown | None:
        """Say that a lot tag, or a grade, must be scanned."""
        if self.run is None:
            return Shown(Show.NO_LOT, "no_lot")
        return None if self.grade is not None else Shown(Show.NO_LOT, "grade_choose")

    async def on_code(self, code: Code, at: datetime) -> None:
        """Begin a run by a lot's tag, choose a grade, finish the run."""
        match code:
            case LotTag(lot=lot):
                await self.begin(lot, at)
            case LocalCode(text="CMD-FINISH-RUN"):
                await self.finish(at, rest=False)
            case LocalCode(text="CMD-FINISH-LOT"):
                await self.finish(at, rest=True)
            case LocalCode(text=text) if text == LOSS:
                await self.choose(THROWN_AWAY)
            case LocalCode(text=text) if text.startswith(GRADE):
                await self.choose(text.removeprefix(GRADE))
            case LocalCode():
                raise Refused("code_unknown")
            case _:
                raise Refused("code_not_here")

    async def begin(self, code: str, at: datetime) -> None:
        """Begin a run with a lot.

        Raises:
            Refused: Another run is going on, or the lot may not be graded.
        """
        if self.run is not None:
            if self.run.lot == code:
                return
            raise Refused("run_open", lot=self.run.lot)
        book = await self.house.known_lot(code)
        usable(book, inspected=self.table.inspection == "required")
        exportable(self.house, book)
        if book.lot.grade is not None or not self._product(book).grade:
            raise Refused("lot_graded", lot=code)
        if book.left_kg <= 0:
            raise Refused("balance", kg=f"{-book.left_kg:f}")
        run = await self.house.journal.counters.count("grading")
        await self.keep(GradingBegun(run, book.lot.code, self.operator), at=at)
        self.run, self.grade = OpenRun(run, book.lot.code, self.id, 0, {}), None

    async def choose(self, grade: str) -> None:
        """Say what grade the next loads are of.

        Raises:
            Refused: No run is going on, or the product has no such grade.
        """
        run = self._going_on()
        product = self._product(await self.house.known_lot(run.lot))
        if grade != THROWN_AWAY and grade not in product.grade:
            raise Refused("grade_unknown", grade=grade)
        self.grade = grade
        self.say(Said("grade_chosen", {"grade": grade or "–"}))

    def _going_on(self) -> OpenRun:
        if self.run is None:
            raise Refused("no_lot")
        return self.run

    def _product(self, book: LotBook) -> Product:
        product = self.house.registers.product.get(book.lot.product)
        if product is None:
            raise Refused("product_gone")
        return product

    async def on_load(self, load: AtRest, at: datetime) -> None:
        """Weigh one load of the chosen grade.

        Raises:
            Refused: No grade is chosen, no crate type, or more would come out than is left of the lot.
        """
        if self.run is None or self.grade is None:
            raise Refused("no_lot" if self.run is None else "grade_choose")
        crate = self.house.registers.crate.get(self.table.crate or "")
        tare = crate.tare_kg * self.table.crates_per_load if crate else Decimal(0)
        weighing = self.weighing(load, tare, at)
        run = self.run
        await self.take(weighing)
        self.done_with_load(Load(None, run.lot, weighing.net, at, "none"))

    async def take(self, weighing: Weighing) -> None:
        """Keep one load of the chosen grade.

        Raises:
            Refused: It weighs nothing, or more would come out than is left of the lot.
        """
        run, grade = self._going_on(), self.grade
        if grade is None:
            raise Refused("grade_choose")
        if weighing.net <= 0:
            raise Refused("bad_net")
        book = await self.house.known_lot(run.lot)
        usable(book, inspected=False)
        out = sum(run.kg.values(), weighing.net)
        if out > book.left_kg + self._tolerated(book):
            raise Refused("balance", kg=f"{out - book.left_kg:f}")
        await self.keep(GradedLoad(run.run, run.lot, run.loads + 1, grade or None, weighing), at=weighing.at)
        kg = {**run.kg, grade: run.kg.get(grade, Decimal(0)) + weighing.net}
        self.run = OpenRun(run.run, run.lot, self.id, run.loads + 1, kg)

    async def book(self, grade: str, kg: Decimal, at: datetime) -> None:
        """Take an output somebody weighed elsewhere, as a load of its own.

        Raises:
            Refused: As for a load weighed here.
        """
        chosen = self.grade
        await self.choose(grade)
        scale = DeviceId(self.table.scale or "hand")
        try:
            await self.take(Weighing(kg, Decimal(0), kg, f"{kg:f}", "kg", b"", scale, at, "person", self.operator))
        finally:
            self.grade = chosen  # what stands on the scale is still what was scanned for it

    def _tolerated(self, book: LotBook) -> Decimal:
        return book.received_kg * self.table.balance_tolerance

    async def finish(self, at: datetime, *, rest: bool) -> None:
        """End the run: its lots come into being. With `rest` the lot is used up, and what is missing is lost.

        Raises:
            Refused: Nothing was weighed, the date is not known, more came out than is left, or more is missing than the
                tolerance allows and no supervisor says so.
        """
        run = self._going_on()
        if not run.loads:
            raise Refused("run_empty", lot=run.lot)
        if not self.house.clock.dated:
            raise Refused("date_ask", date=self.house.clock.today().isoformat())
        book = await self.house.known_lot(run.lot)
        usable(book, inspected=False)
        out = sum(run.kg.values(), Decimal(0))
        if out > book.left_kg + self._tolerated(book):
            raise Refused("balance", kg=f"{out - book.left_kg:f}")
        taken = max(book.left_kg, out) if rest else out
        unseen = taken - out
        if unseen > self._tolerated(book):
            try:
                self.doer(at).as_supervisor()
            except Refused:
                raise Refused("balance_loss", kg=f"{unseen:f}") from None
        product = self._product(book)
        outputs = [
            await self._output(book, product, grade, kg, at)
            for grade, kg in sorted(run.kg.items())
            if grade != THROWN_AWAY and kg
        ]
        table = self.table
        await self.keep(
            Grading(
                run=run.run,
                lot=book.lot,
                input_kg=taken,
                outputs=tuple(outputs),
                loss_kg=taken - sum((one.kg for one in outputs), Decimal(0)),
                by=self.operator,
                lost_unseen=unseen,
                printer=PrinterId(table.printer) if table.printer else None,
                template=table.label,
                variety=product.variety,
            ),
            at=at,
        )
        self.run = self.grade = None
        self.say(Said("run_finished", {"n": str(len(outputs)), "kg": f"{taken:f}"}))

    async def _output(self, book: LotBook, product: Product, grade: str, kg: Decimal, at: datetime) -> Graded:
        """Give a lot of one grade: what it is comes from the register, where it grew from its parent.

        Raises:
            Refused: The register knows that grade no more.
        """
        row, parent = product.grade.get(grade), book.lot
        if row is None:  # the register has changed since it was weighed
            raise Refused("grade_unknown", grade=grade)
        code = LotCode(await self.house.journal.counters.document("G", at.astimezone(LOCAL).date()))
        lot = Lot(code, row.gtin or "", parent.product, parent.origin, at, grade, parent.export, parent.market)
        return Graded(lot, kg, row.name.vi, tag_uri(self.house, lot, kg))
