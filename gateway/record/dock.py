"""The dock: a customer's card opens a dispatch, pallets are scanned onto the vehicle, and it leaves."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from gateway.acts import Journey
from gateway.capture import AtRest
from gateway.errors import Refused
from gateway.gs1.codes import Code, LocalCode
from gateway.record import vehicles
from gateway.record.desk import Desk
from gateway.record.display import Shown
from gateway.record.doer import Said
from gateway.record.goods import code_scanned
from gateway.station import Show

SAID: Final[Mapping[str, Callable[[str], Journey]]] = {
    "VEHICLE:": lambda text: Journey(vehicle=text),
    "CONTAINER:": lambda text: Journey(container=text),
    "SEAL:": lambda text: Journey(seal=text),
}
"""How codes of the house's own making begin that say something about the journey."""


class DockDesk(Desk):
    """`step = "shipping"`: one vehicle at a time; what may not leave is refused with the reason."""

    words: Mapping[str, str] = {"ready": "dock_ready", "no_lot": "dock_none"}

    number: str | None = None
    _taking_off = False

    async def resume(self) -> None:
        """Take up the vehicle that was being loaded here."""
        await super().resume()
        for vehicle in await self.house.journal.open_dispatches():
            if vehicle.station == self.id:
                self.number = vehicle.number

    def lacking(self) -> Shown | None:
        """Say that a customer's card must be scanned."""
        return None if self.number is not None else Shown(Show.NO_LOT, "no_lot")

    async def on_code(self, code: Code, at: datetime) -> None:
        """Open a dispatch, say something about it, load goods or take them off, let it leave."""
        taking_off, self._taking_off = self._taking_off, False
        if not isinstance(code, LocalCode):
            goods = code_scanned(code)
            await (self.unload(goods, at) if taking_off else self.load(goods, at))
            return
        said = next((name for name in SAID if code.text.startswith(name)), None)
        if code.text in self.house.registers.customer:
            await self.open(code.text, Journey(), at)
        elif said is not None:
            await self.more(SAID[said](code.text.removeprefix(said)), at)
        elif code.text == "CMD-TAKE-OFF":
            self._taking_off = True
            self.say(Said("take_off_goods"))
        elif code.text == "CMD-DISPATCH":
            await self.leave(at)
        else:
            raise Refused("code_unknown")

    async def open(self, customer: str, journey: Journey, at: datetime) -> None:
        """Begin to load a vehicle for a customer, or say more about the one being loaded for them.

        Raises:
            Refused: One is being loaded here for another customer, nothing more is said about it, or the customer is in
                no register.
        """
        if self._lacks_operator():
            raise Refused("no_operator")
        vehicle = await self.house.journal.dispatch(self.number) if self.number is not None else None
        if vehicle is not None and vehicle.state == "open":
            if customer != vehicle.customer.id or journey == Journey():
                raise Refused("dispatch_open", dispatch=vehicle.number)
            await self.more(journey, at)
            return
        # none, or the one that was loaded here has left by the page or the command line
        self.number, said = await vehicles.open_vehicle(self.doer(at), customer, journey)
        self.say(said)

    async def more(self, journey: Journey, at: datetime) -> None:
        """Say more about the vehicle being loaded.

        Raises:
            Refused: None is.
        """
        vehicle = await self.house.journal.dispatch(self._loading())
        if vehicle is None:
            raise Refused("dock_none")
        _, said = await vehicles.open_vehicle(self.doer(at), vehicle.customer.id, journey, vehicle.number)
        self.say(said)

    async def load(self, goods: str, at: datetime) -> None:
        """Load goods; without a vehicle, only say whether they may leave.

        Raises:
            Refused: They may not leave, have gone, or stand on a vehicle.
        """
        inspected = self.table.inspection == "required"
        doer = self.doer(at)
        if self.number is None:
            self.say(await vehicles.judge(doer, goods, inspected=inspected))
            return
        confirmed = self.table.confirmed
        self.say(await vehicles.load(doer, self.number, goods, inspected=inspected, confirmed=confirmed))

    async def unload(self, goods: str, at: datetime) -> None:
        """Take goods off the vehicle.

        Raises:
            Refused: They do not stand on it.
        """
        self.say(await vehicles.unload(self.doer(at), self._loading(), goods))

    async def leave(self, at: datetime) -> None:
        """Let the vehicle leave.

        Raises:
            Refused: It is empty, has no plate, or something on it may not leave.
        """
        if self._lacks_operator():
            raise Refused("no_operator")
        inspected = self.table.inspection == "required"
        self.say(await vehicles.leave(self.doer(at), self._loading(), inspected=inspected))
        self.number = None

    def _loading(self) -> str:
        if self.number is None:
            raise Refused("dock_none")
        return self.number

    async def on_load(self, load: AtRest, at: datetime) -> None:
        """A dock has no scale."""
