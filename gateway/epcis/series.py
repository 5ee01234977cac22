"""A series of measurements in a span of time as sensor elements: one a source, its figures and not its readings."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from urllib.parse import urlencode

from gateway.acts import Statistics
from gateway.epcis import naming
from gateway.epcis.times import local
from gateway.event import Json
from gateway.site import Site

_FINEST = Decimal("0.001")


def elements(site: Site, statistics: Iterable[Statistics], start: datetime, end: datetime, method: str) -> list[Json]:
    """Give the sensor elements of [start, end), by source; `method` names how the figures were computed."""
    by_source = sorted(statistics, key=lambda one: one.source)
    return [
        {
            "sensorMetadata": {
                "startTime": local(start),
                "endTime": local(end),
                "deviceID": naming.device(site, source),
                "rawData": f"{naming.own(site, 'readings', source)}?{_span(start, end)}",
                "dataProcessingMethod": f"{site.namespace}method/{method}",
            },
            "sensorReport": [_report(one) for one in of_source],
        }
        for source, of_source in groupby(by_source, key=lambda one: one.source)
    ]


def _span(start: datetime, end: datetime) -> str:
    return urlencode({"from": _utc(start), "to": _utc(end)}, safe=":")


def _report(one: Statistics) -> dict[str, Json]:
    if not one.samples:
        return {"type": one.quantity, "exception": "ERROR_CONDITION"}
    report: dict[str, Json] = {"type": one.quantity}
    figures = {
        "minValue": one.minimum,
        "maxValue": one.maximum,
        "meanValue": rounded(one.mean),
        "sDev": rounded(one.deviation),
    }
    report |= {name: figure for name, figure in figures.items() if figure is not None}
    if one.unit is not None:
        report["uom"] = one.unit
    return report


def rounded(figure: Decimal | None) -> Decimal | None:
    """Round what was computed, not measured, to a thousandth: finer than any sensor here."""
    return figure.quantize(_FINEST).normalize() + 0 if figure is not None else None


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
