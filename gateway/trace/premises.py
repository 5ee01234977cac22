"""What a trace must know of the house besides its journal: names, rooms, limits, and what a confirmation means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

from gateway.locale.traced import Words
from gateway.record.tables import RoomTable
from gateway.registers import Registers
from gateway.rules.limit import Limit
from gateway.site import Site

TEMPERATURE: Final = "Temperature"


@dataclass(frozen=True, slots=True)
class Premises:
    """The house as its config tells it; `data` is where journal and readings lie."""

    data: Path
    site: Site
    registers: Registers
    rooms: Mapping[str, RoomTable] = field(default_factory=dict)
    rules: Mapping[str, Limit] = field(default_factory=dict)
    acknowledge: Literal["receiver", "broker"] = "receiver"

    def room_name(self, room: str) -> str:
        """Give a room's name; its id where the config does not know it any more."""
        return self.rooms[room].name if room in self.rooms else room

    def limits(self, room: str) -> tuple[Decimal | None, Decimal | None, int]:
        """Give a room's temperature limits: above, below (CEL), and the seconds a value may stand beyond."""
        for rule in self.rules.values():
            if rule.room == room and rule.quantity == TEMPERATURE:
                return rule.above, rule.below, int(rule.on_delay_s)
        return None, None, 0

    def person(self, badge: str) -> str | None:
        """Give a person's name, where this house's own register has one."""
        operator = self.registers.operator.get(badge)
        return operator.name if operator else None

    def farm(self, farm: str) -> str | None:
        """Give a farm household's name, where this house's own register has one."""
        return next((one.name for one in self.registers.farm.values() if one.id == farm), None)

    def product(self, product: str, told: str | None) -> Words:
        """Give a product's name in both languages; what an event told of it where the register does not know it."""
        known = self.registers.product.get(product)
        return Words(known.name.vi, known.name.en) if known else Words(told or product, told or product)
