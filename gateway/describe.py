"""What the panel, `gateway status` and the province are told of the whole house."""

from typing import Any

from gateway import __version__
from gateway.board import Board
from gateway.clock import Clock
from gateway.config import Config
from gateway.journal import Journal
from gateway.record.house import House
from gateway.record.register_book import RegisterBook
from gateway.station import RoomId
from gateway.uplink import UplinkStatus


def describe_house(
    config: Config,
    *,
    house: House,
    board: Board,
    clock: Clock,
    journal: Journal,
    uplink: UplinkStatus,
    refused: str,
    registers: RegisterBook,
) -> dict[str, Any]:
    """Tell how the house is; `refused` says why the config file as it lies there is not the one in use."""
    state = journal.state()
    confirmed_at = uplink.last_confirmed_at
    # one the disk does not take cannot be an alarm of the journal yet, and must be seen all the same
    unkept = {name: text for name, text in state.conditions().items() if name not in board.alarm_rules.values()}
    return {
        "on_disk": state.last_seq,
        "backlog": uplink.backlog,
        "lost": len(state.left),
        "connected": uplink.connected,
        "trouble": uplink.error,
        "confirmed_at": confirmed_at.isoformat(timespec="seconds") if confirmed_at else None,
        "epoch": journal.epoch,
        "disk": state.error or state.trouble,
        "clock": clock.quality,
        "clock_error_s": clock.error_s,
        "config": refused,
        "rooms": {
            room: {
                **board.values_at(table.sources),
                "lots": sorted(house.occupancy.inside(RoomId(room))),
            }
            for room, table in config.room.items()
        },
        "registers": {
            "versions": registers.versions,
            "old_h": registers.old_h(clock.now()) if clock.dated else None,
            "troubles": registers.troubles,
        },
        "alarms": {**board.alarms, **unkept},
        "sources": board.sources(clock.monotonic()),
    }


def describe_gateway(config: Config, clock: Clock) -> dict[str, Any]:
    """Tell what the retained birth message says of this gateway."""
    return {"version": __version__, "devices": sorted(config.device), "clock": clock.quality}
