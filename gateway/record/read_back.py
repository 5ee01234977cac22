"""Acts read back from the journal, to say them once more with what was wrong put right."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from gateway.acts import Carton, HarvestLot, Receipt, Weighing
from gateway.acts.gate import Certificate, Declaration
from gateway.lot import Lot, OperatorId
from gateway.reading import DeviceId
from gateway.site import Site
from gateway.station import PrinterId

Body = Mapping[str, Any]


def carton(body: Body, lot: Lot, site: Site) -> Carton:
    """Give the carton an entry tells of."""
    ilmd, sensed = body["ilmd"], body["sensorElementList"][0]
    kg = masses(sensed)
    best_before = ilmd.get("cbvmda:bestBeforeDate")
    weighing = Weighing(
        gross=kg["gross"],
        tare=kg["tare"],
        net=kg["net"],
        display=body["ph:display"],
        unit_shown=body["ph:unitShown"],
        raw=bytes.fromhex(body["ph:rawFrame"]),
        scale=_device(sensed, site),
        at=datetime.fromisoformat(sensed["sensorMetadata"]["time"]),
        rest=body["ph:restEvidence"],
        by=_operator(body),
    )
    return Carton(
        gtin=body["ph:gtin"],
        serial=body["ph:serial"],
        lot=lot,
        weighing=weighing,
        product_name=ilmd["ph:productName"],
        variety=ilmd.get("ph:variety"),
        packed_on=date.fromisoformat(ilmd["ph:packDate"]),
        best_before=date.fromisoformat(best_before) if best_before else None,
        facility=ilmd.get("ph:packingFacilityCode"),
        label_uri=ilmd["ph:labelUri"],
        printer=_printer(body, "ph:printerId"),
        template=body.get("ph:labelTemplate"),
        revision=body.get("ph:revision", 0),
    )


def receipt(body: Body, lot: Lot, site: Site) -> Receipt:
    """Give the receipt an entry tells of."""
    sensed = body["sensorElementList"][0]
    kg = masses(sensed)
    return Receipt(
        number=body["ph:receipt"],
        lot=lot,
        gross=kg["gross"],
        tare=kg["tare"],
        net=Decimal(body["quantityList"][0]["quantity"]),
        loads=body["ph:loads"],
        crates=body["ph:crateCount"],
        scale=_device(sensed, site),
        weighed_at=datetime.fromisoformat(sensed["sensorMetadata"]["time"]),
        by=_operator(body),
        product_name=body["ph:productName"],
        variety=body.get("ph:variety"),
        label_uri=body["ph:labelUri"],
        printer=_printer(body, "ph:printerId"),
        template=body.get("ph:labelTemplate"),
        deduction=Decimal(body.get("ph:deductionKg", 0)),
        deduction_reason=body.get("ph:deductionReason"),
        vehicle=body.get("ph:vehiclePlate"),
        crate_counts=body.get("ph:crateCounts", {}),
        declaration=_declaration(body),
        certificates=_certificates(body),
        slip_printer=_printer(body, "ph:slipPrinterId"),
        slip_template=body.get("ph:slipTemplate"),
        register_age_h=body.get("ph:registerAgeHours"),
        revision=body.get("ph:revision", 0),
    )


def harvest_lot(body: Body, lot: Lot) -> HarvestLot:
    """Give the harvest lot an entry tells of."""
    ilmd = body["ilmd"]
    return HarvestLot(
        lot,
        Decimal(body["quantityList"][0]["quantity"]),
        ilmd["ph:productName"],
        ilmd.get("ph:variety"),
        _declaration(ilmd),
        _certificates(ilmd),
        ilmd.get("ph:registerAgeHours"),
        body.get("ph:revision", 0),
    )


def masses(sensed: Body) -> dict[str, Decimal]:
    """Give the masses of a sensor element by their kind, in kg."""
    return {report["ph:weightKind"]: Decimal(report["value"]) for report in sensed["sensorReport"]}


def _device(sensed: Body, site: Site) -> DeviceId:
    """Give the device of a sensor element; its URI is in capitals, and so written once more it is the same."""
    name = unquote(sensed["sensorMetadata"]["deviceID"].rpartition("/")[2])
    return DeviceId(name.removeprefix(site.company_prefix or ""))


def _operator(body: Body) -> OperatorId | None:
    operator = body.get("ph:operatorId")
    return None if operator is None else OperatorId(operator)


def _printer(body: Body, key: str) -> PrinterId | None:
    printer = body.get(key)
    return None if printer is None else PrinterId(printer)


def _declaration(told: Body) -> Declaration:
    said = told.get("ph:preHarvest", {})
    day = said.get("ph:lastPesticideDate")
    return Declaration(
        date.fromisoformat(day) if day else None,
        said.get("ph:pesticide"),
        said.get("ph:intervalDays"),
        said.get("ph:intervalOk"),
    )


def _certificates(told: Body) -> tuple[Certificate, ...]:
    return tuple(
        Certificate(
            row["ph:scheme"],
            row.get("ph:number"),
            date.fromisoformat(row["ph:expires"]) if row.get("ph:expires") else None,
        )
        for row in told.get("ph:certificates", ())
    )
