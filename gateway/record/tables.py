"""The config tables of stations and rooms."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from gateway.capture import CaptureTable
from gateway.settings import Amount, Seconds, Settings
from gateway.station import PrinterId, Step

Names = Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]


class StationTable(Settings):
    """`[station.<name>]`: a place where produce meets devices.

    `scanner` and `scale` name devices, `printer` and `label` what prints there; `slip_printer` and `slip_label` print
    the farmer's slip beside the lot tag; `room` belongs to door stations. `crate` is the crate type assumed until
    another is scanned; `balance_tolerance` the share by which more may come out of a lot than was received.

    `lots` says what a gate opens where nobody says otherwise, `product` what a packing station is for, `inspection`
    whether only inspected lots are worked on (on a dock: leave), `pallet_cartons` how many make a pallet, `confirmed`
    whether a dock lets only goods go that the province has. `stamps` is how official stamps' codes begin.
    """

    name: str
    step: Step
    scanner: str | None = None
    scale: str | None = None
    printer: str | None = None
    label: str | None = None
    slip_printer: str | None = None
    slip_label: str | None = None
    room: str | None = None
    crate: str | None = None
    crates_per_load: Annotated[int, Field(ge=1, le=100)] = 1
    operator: Literal["required", "optional"] = "required"
    operator_idle_s: Annotated[Seconds, Field(gt=0)] = 1800.0
    lot_idle_s: Annotated[Seconds, Field(gt=0)] = 14400.0
    lot_restart_s: Annotated[Seconds, Field(ge=0)] = 900.0
    shift_ends: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    balance_tolerance: Annotated[Amount, Field(ge=0, le=1)] = Decimal("0.02")
    lots: Literal["export", "domestic"] = "export"
    product: str | None = None
    inspection: Literal["required", "optional"] = "optional"
    pallet_cartons: Annotated[int, Field(ge=1, le=1000)] | None = None
    confirmed: bool = False
    stamps: Annotated[str, Field(min_length=3)] | None = None
    repeat_s: Annotated[Seconds, Field(ge=0, le=60)] = 1.5
    capture: CaptureTable = CaptureTable()


def usual_labels(stations: Mapping[str, StationTable]) -> Mapping[PrinterId, Collection[str]]:
    """Give, for each printer, the templates that stations print on it."""
    usual: dict[PrinterId, set[str]] = {}
    for table in stations.values():
        for printer, label in ((table.printer, table.label), (table.slip_printer, table.slip_label)):
            if printer is not None and label is not None:
                usual.setdefault(PrinterId(printer), set()).add(label)
    return usual


class RoomTable(Settings):
    """`[room.<name>]`: a cold room; `sources` are `device/channel`, one sample each `sample_every_s` is expected.

    Goods whose stay has readings for less than `least_coverage` of the time are not called safe.
    """

    name: str
    sources: Names
    window_s: Annotated[Seconds, Field(ge=1)] = 3600.0
    sample_every_s: Annotated[Seconds, Field(gt=0)] = 60.0
    least_coverage: Annotated[Amount, Field(gt=0, le=1)] = Decimal("0.95")
