"""The pallet place: cartons are scanned onto a pallet, which is then closed and labelled."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from gateway.capture import AtRest
from gateway.errors import Refused
from gateway.gs1.codes import CartonCode, Code, LocalCode, LotTag, PalletCode
from gateway.lot import CartonId, Sscc
from gateway.record import pallets
from gateway.record.desk import Desk
from gateway.record.display import Shown
from gateway.record.doer import Said
from gateway.station import Show


class PalletDesk(Desk):
    """`step = "palletising"`: the first carton begins a pallet; a closed one is taken up again by its own label."""

    words: Mapping[str, str] = {"ready": "pallet_ready", "no_lot": "pallet_none"}

    pallet: Sscc | None = None
    _taking_off = False
    _short_said = False

    async def resume(self) -> None:
        """Take up the pallet that was being built here."""
        await super().resume()
        for station, book in await self.house.journal.open_pallets():
            if station == self.id:
                self.pallet = book.sscc

    def lacking(self) -> Shown | None:
        """Say that a first carton must be scanned."""
        return None if self.pallet is not None else Shown(Show.NO_LOT, "no_lot")

    async def on_code(self, code: Code, at: datetime) -> None:
        """Put a carton on the pallet or take it off, begin, close or take up a pallet."""
        taking_off, self._taking_off = self._taking_off, False
        match code:
            case CartonCode(gtin=gtin, serial=serial) if taking_off:
                await self.take_off(serial)
            case CartonCode(gtin=gtin, serial=serial):
                await self.add(serial, at, gtin=gtin or None)
            case PalletCode(sscc=sscc):
                await self.take_up(sscc, at)
            case LocalCode(text="CMD-TAKE-OFF"):
                self._taking_off = True
                self.say(Said("take_off_next"))
            case LocalCode(text="CMD-NEW-PALLET"):
                await self.begin(at)
            case LocalCode(text="CMD-CLOSE-PALLET"):
                await self.close(at)
            case LotTag():
                raise Refused("code_not_here")
            case _:
                raise Refused("code_unknown")

    async def begin(self, at: datetime, first: CartonId | None = None) -> Sscc:
        """Begin a pallet, maybe with its first carton.

        Raises:
            Refused: One is being built here already, or the date is not known.
        """
        if self._lacks_operator():
            raise Refused("no_operator")
        if self.pallet is not None:
            raise Refused("pallet_open")
        self.pallet = await pallets.begin(self.doer(at), first)
        self.say(Said("pallet_begun"))
        return self.pallet

    async def add(self, serial: str, at: datetime, *, gtin: str | None = None) -> None:
        """Put a carton on the pallet, which begins with it if there is none.

        Raises:
            Refused: The carton may not stand on it.
        """
        if self._lacks_operator():
            raise Refused("no_operator")
        self._short_said = False
        if self.pallet is None:
            carton, _ = await pallets.stackable(self.doer(at), serial, gtin=gtin)  # no number is given out for nothing
            await self.begin(at, carton.carton)
            self.say(Said("carton_on", {"serial": serial, "n": "1"}))
            return
        self.say(await pallets.add(self.doer(at), self.pallet, serial, gtin=gtin, most=self.table.pallet_cartons))

    async def take_off(self, serial: str) -> None:
        """Take a carton off the pallet being built.

        Raises:
            Refused: None is, or the carton does not stand on it.
        """
        self.say(await pallets.take_off(self.doer(), self._built(), serial))

    async def take_up(self, sscc: str, at: datetime) -> None:
        """Take up a closed pallet again, to add to it.

        Raises:
            Refused: One is being built here, or this one cannot be touched.
        """
        if self.pallet is not None:
            raise Refused("pallet_open")
        said = await pallets.take_up(self.doer(at), sscc)
        self.pallet = Sscc(sscc)
        self.say(said)

    async def close(self, at: datetime, gross: Decimal | None = None) -> None:
        """Close the pallet and print its label; one that is short is closed when that is asked for twice.

        Raises:
            Refused: None is being built, it is empty or short, or its labels may not be printed now.
        """
        fewer_than = None if self._short_said else self.table.pallet_cartons
        try:
            said = await pallets.close(
                self.doer(at),
                self._built(),
                gross=gross,
                fewer_than=fewer_than,
                printer=self.table.printer,
                template=self.table.label,
            )
        except Refused as refused:
            self._short_said = refused.sentence == "pallet_short"
            raise
        self.pallet, self._short_said = None, False
        self.say(said)

    def _built(self) -> Sscc:
        if self.pallet is None:
            raise Refused("pallet_none")
        return self.pallet

    async def on_load(self, load: AtRest, at: datetime) -> None:
        """A pallet scale closes the pallet with its gross weight.

        Raises:
            Refused: No pallet is being built, or it weighs less than what is on it.
        """
        asked = self._short_said
        try:
            await self.close(at, load.kg)
        except Refused:
            self._short_said = asked  # its next frame is nobody who asks a second time
            raise
        self.done_with_load(None)
