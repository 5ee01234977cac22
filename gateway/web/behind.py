"""What stands behind the page: the parts of the running daemon that it reads and asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gateway.board import Board
from gateway.clock import Clock
from gateway.journal import Journal
from gateway.readings import ReadingsStore
from gateway.record.desk import Desk
from gateway.record.house import House
from gateway.record.practice import Practice
from gateway.record.requests import Requests
from gateway.record.tables import RoomTable
from gateway.rules.limit import Limit
from gateway.station import StationId
from gateway.uplink import UplinkStatus
from gateway.web.table import WebTable

if TYPE_CHECKING:
    from gateway.labels.template import Template
    from gateway.printing.printer import PrinterTable


@dataclass(frozen=True, slots=True)
class Behind:
    """The daemon as the page knows it. What a changed config file may replace is asked for anew each time."""

    table: WebTable
    data: Path
    board: Board
    clock: Clock
    journal: Journal
    readings: ReadingsStore
    house: House
    requests: Requests
    practice: Practice | None
    """Where stations can practise; None where they cannot."""

    uplink: Callable[[], UplinkStatus]
    desks: Callable[[], Mapping[StationId, Desk]]
    rooms: Callable[[], Mapping[str, RoomTable]]
    rules: Callable[[], Mapping[str, Limit]]
    devices: Callable[[], Mapping[str, Any]]
    printers: "Callable[[], Mapping[str, PrinterTable]]"
    templates: "Callable[[], Mapping[str, Template]]"
    acknowledge: Callable[[], Literal["receiver", "broker"]]
    """Whose word makes an event delivered."""
    describe: Callable[[], dict[str, Any]]
    """The whole house, as the panel tells it (describe.py)."""
    examine: Callable[[], dict[str, Any]]
    """What is wrong with the machine, and when its certificates end; takes a moment: not in the loop."""

    def desk(self, station: StationId) -> Desk | None:
        """Give the desk that works at a station now: its own, or the one it practises at."""
        practising = self.practice.desk(station) if self.practice is not None else None
        return practising or self.desks().get(station)

    def practises(self, station: StationId) -> bool:
        """Whether a station practises now."""
        return self.practice is not None and self.practice.desk(station) is not None
