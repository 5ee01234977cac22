"""Drafts as the recorder makes them: single ones for a test, or a whole seeded day of a packing house."""

import random
from collections.abc import Iterator
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from gateway.event import Draft, Json

SITE = uuid5(NAMESPACE_URL, "https://id.gs1.org/414/9521234000013")
GTIN = "99521234000016"
CARTON_GTIN = "99521234000054"


def draft(key: str, kind: str, **body: Json) -> Draft:
    id_ = uuid5(SITE, key)
    return Draft(id_, kind, {"eventID": f"urn:uuid:{id_}", "eventTimeZoneOffset": "+07:00", **body})


def note(number: int, text: str = "") -> Draft:
    """An entry that no projection knows."""
    return draft(f"unknown-scan|gw-1|{number}", "unknown-scan", raw=text or f"{number:x}", actNumber=number)


def at(minute: int) -> str:
    return f"2026-11-21T{6 + minute // 60:02}:{minute % 60:02}:00.000+07:00"


def lot_opened(lot: str, receipt: str, minute: int = 0, station: str = "gate-1") -> Draft:
    return draft(
        f"lot-opened|{lot}",
        "lot-opened",
        eventTime=at(minute),
        station=station,
        lot=lot,
        receipt=receipt,
        gtin=GTIN,
        product="ri6",
        area="VN-XXOR-0000",
        farm="HTX-0042",
        province=None,
        harvestedFrom="2026-11-20",
        harvestedTo="2026-11-21",
        openedAt=at(minute),
    )


def weighing(lot: str, receipt: str, load: int, *, gross: Decimal, tare: Decimal, minute: int = 0) -> Draft:
    return draft(
        f"weighing|gw-1|{receipt}|{load}",
        "weighing",
        eventTime=at(minute),
        station="gate-1",
        lot=lot,
        receipt=receipt,
        load=load,
        gross=gross,
        tare=tare,
        net=gross - tare,
        crates=4,
        at=at(minute),
        actNumber=load,
    )


def harvest_lot(lot: str, net: Decimal, minute: int = 0) -> Draft:
    return draft(
        f"harvest-lot|{lot}",
        "harvest-lot",
        eventTime=at(minute),
        quantityList=[{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/{lot}", "quantity": net, "uom": "KGM"}],
        ilmd={
            "cbvmda:harvestStartDate": "2026-11-20",
            "cbvmda:harvestEndDate": "2026-11-21",
            "ph:product": "ri6",
            "ph:growingAreaCode": "VN-XXOR-0000",
        },
        **{"ph:lot": lot},
    )


def receipt(lot: str, number: str, net: Decimal, minute: int = 0, printer: str | None = "slips") -> Draft:
    labelled: dict[str, Json] = {} if printer is None else {"ph:printerId": printer, "ph:labelTemplate": "lot-tag"}
    return draft(
        f"receipt|{number}|0",
        "receipt",
        eventTime=at(minute),
        quantityList=[{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/{lot}", "quantity": net, "uom": "KGM"}],
        **{"ph:lot": lot, "ph:receipt": number, "ph:station": "gate-1", **labelled},
    )


def carton(lot: str, serial: str, net: Decimal, *, minute: int = 0, station: str = "pack-1", act: int = 1) -> Draft:
    return draft(
        f"carton|{CARTON_GTIN}|{serial}|0",
        "carton",
        eventTime=at(minute),
        outputEPCList=[f"https://id.gs1.org/01/{CARTON_GTIN}/21/{serial}"],
        ilmd={"cbvmda:lotNumber": lot, "ph:netWeightKg": net, "ph:productName": "Sầu riêng Ri6"},
        **{
            "ph:lot": lot,
            "ph:gtin": CARTON_GTIN,
            "ph:serial": serial,
            "ph:station": station,
            "ph:printerId": "labels",
            "ph:labelTemplate": "carton",
            "ph:actNumber": act,
        },
    )


def printout(job: UUID | str, state: str, n: int = 0) -> Draft:
    return draft(f"printout|{job}|{state}|{n}", "printout", job=str(job), state=state, printer="labels")


def room(direction: str, lot: str, name: str, n: int, minute: int = 0) -> Draft:
    body: dict[str, Json] = {"ph:lot": lot, "ph:room": name}
    return draft(f"room-{direction}|{lot}|{name}|0.{n}", f"room-{direction}", eventTime=at(minute), **body)


def alarm(id_: str, state: str, minute: int = 0) -> Draft:
    body: dict[str, Json] = {
        "ph:alarmId": id_,
        "ph:rule": "cold-chain",
        "ph:ruleVersion": 1,
        "ph:alarmState": state,
        "ph:room": "cold-room-1",
        "ph:source": "cold-rooms/room-1",
        "ph:message": "Kho lạnh 1 nóng: 5,2 °C",
    }
    element: dict[str, Json] = {
        "sensorMetadata": {"startTime": at(minute)},
        "sensorReport": [{"type": "Temperature", "value": Decimal("5.2"), "maxValue": Decimal(6), "uom": "CEL"}],
    }
    return draft(f"alarm|{id_}|{state}", "alarm", eventTime=at(minute), sensorElementList=[element], **body)


def binding(station: str, lot: str | None, n: int, minute: int = 0) -> Draft:
    return draft(
        f"binding|{station}|{n}",
        "binding",
        station=station,
        lot=lot,
        since=at(minute),
        operator="OP-07",
        reason="scan" if lot else "another lot",
    )


def day(seed: int) -> Iterator[Draft]:
    """Give one day: lots that come, are weighed, packed, stored; labels that fail; alarms; nothing is left out."""
    rng = random.Random(seed)
    act = 0
    boot = "0b5e0c51-93a1-4a63-9a0f-6b1f3a1d2c00"
    yield draft("date-confirmed|1", "date-confirmed", day="2026-11-21", operator="OP-07")
    yield draft("clock-correction|1", "clock-correction", boot=boot, offsetMs=-1250)
    for number in range(1, 6):
        lot, slip, minute = f"H261121-0{number:03}", f"R261121-0{number:03}", number * 40
        yield draft(f"operator|{number}", "operator", station="gate-1", operator=rng.choice(["OP-07", None]))
        yield lot_opened(lot, slip, minute)
        yield binding("gate-1", lot, number, minute)
        net = Decimal()
        for load in range(1, rng.randint(2, 6)):
            gross = Decimal(rng.randint(200_000, 420_000)).scaleb(-3)
            tare = Decimal(rng.randint(60, 90)).scaleb(-1)
            net += gross - tare
            yield weighing(lot, slip, load, gross=gross, tare=tare, minute=minute + load)
        if number == 5:
            break  # still being weighed when the day ends
        yield harvest_lot(lot, net, minute + 8)
        slip_draft = receipt(lot, slip, net, minute + 8)
        yield slip_draft
        yield printout(slip_draft.id, "done")
        yield room("in", lot, "cold-room-1", number, minute + 9)
        yield alarm(f"a-{number}", "raised", minute + 9)
        if rng.random() < 0.6:
            yield alarm(f"a-{number}", rng.choice(["acknowledged", "cleared"]), minute + 10)
        yield room("out", lot, "cold-room-1", number, minute + 11)
        if number % 2:
            yield room("in", lot, "cold-room-2", number + 10, minute + 12)
        yield binding("pack-1", lot, 10 + number, minute + 12)
        for _ in range(rng.randint(5, 20)):
            act += 1
            packed = carton(
                lot, f"2611210{act:05}", Decimal(rng.randint(900, 1100)).scaleb(-2), minute=minute + 13, act=act
            )
            yield packed
            state = rng.choice(["done", "done", "done", "unknown", "void", ""])
            if state:
                yield printout(packed.id, state)
            if state == "unknown":
                again = draft(f"reprint|{act}", "reprint", of=str(packed.id), printer="labels", reason="torn")
                yield again
                yield printout(again.id, "done")
        yield binding("pack-1", None, 20 + number, minute + 30)
        if number == 1:
            yield draft(f"lot-closed|{lot}", "lot-closed", lot=lot, reason="used", operator="OP-07")
