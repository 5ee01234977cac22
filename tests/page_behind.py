"""What stands behind a page, put together from a house in one process."""

from pathlib import Path

from gateway.journal import Cursor
from gateway.record.requests import Requests
from gateway.uplink import UplinkStatus
from gateway.web.behind import Behind
from gateway.web.table import WebTable
from tests.road import PackingHouse

_QUIET = {
    "on_disk": 1,
    "backlog": 0,
    "lost": 0,
    "connected": True,
    "trouble": "",
    "confirmed_at": None,
    "disk": "",
    "clock": "synced",
    "clock_error_s": None,
    "config": "",
    "alarms": {},
}


def behind(house: PackingHouse, directory: Path, table: WebTable) -> Behind:
    """Give what a page of this house stands on: no rooms, no devices, nothing confirmed."""
    return Behind(
        table=table,
        data=directory,
        board=house.house.board,
        clock=house.house.clock,
        journal=house.journal,
        readings=house.readings,
        house=house.house,
        requests=Requests(house.house, lambda: house.desks),
        practice=None,
        uplink=lambda: UplinkStatus(False, 0, None, Cursor(), ""),
        desks=lambda: house.desks,
        rooms=dict,
        rules=dict,
        devices=dict,
        printers=dict,
        templates=dict,
        acknowledge=lambda: "receiver",
        describe=lambda: dict(_QUIET),
        examine=dict,
    )
