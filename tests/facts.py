"""One fact of every kind, as one day in the house would bring them; reserved domains and GS1's demonstration prefix."""

from datetime import UTC, date, datetime
from decimal import Decimal

from gateway import acts
from gateway.alarm import Alarm
from gateway.event import Event, Fact
from gateway.gs1.digital_link import carton_uri, lot_tag_uri
from gateway.lot import Lot, LotCode, OperatorId, Origin, ProductId
from gateway.reading import DeviceId
from gateway.site import Site
from gateway.station import Binding, PrinterId, RoomId, StationId

SITE = Site(
    id="demo",
    name="Cơ sở đóng gói mẫu",
    gln="9521234000013",
    company_prefix="9521234",
    domain="trace.example.org",
    namespace="https://ns.example.org/packhouse/v1/",
    facility="VN-XXPH-000",
    demo=True,
)

EPOCH = "3f1d0c5a"
OPERATOR = OperatorId("OP-07")
GATE, PACKING, DOOR = StationId("gate-1"), StationId("pack-2"), StationId("cold-room-1-door")
ROOM = RoomId("cold-room-1")


def at(hour: int, minute: int, second: int = 0, ms: int = 0) -> datetime:
    """Give a moment of 21 November 2026, by UTC."""
    return datetime(2026, 11, 21, hour, minute, second, ms * 1000, tzinfo=UTC)


LOT = Lot(
    LotCode("H261121-0042"),
    "99521234000016",
    ProductId("durian-ri6"),
    Origin("VN-XXOR-0000", "HTX-0042", date(2026, 11, 20), date(2026, 11, 21), "VN-33"),
    at(22, 50).replace(day=20),
)
BARE_LOT = Lot(
    LotCode("H261121-0043"),
    "99521234000016",
    ProductId("durian-ri6"),
    Origin(None, None, date(2026, 11, 21), date(2026, 11, 21)),
    at(1, 0),
)


def weighing(net: str = "10.25", tare: str = "0.00", **changes: object) -> acts.Weighing:
    """Give a captured load of the packing scale."""
    given: dict[str, object] = {
        "gross": Decimal(net) + Decimal(tare),
        "tare": Decimal(tare),
        "net": Decimal(net),
        "display": net,
        "unit_shown": "kg",
        "raw": b"\x02wn0010.25kg\r\n",
        "scale": DeviceId("pack-scale"),
        "at": at(3, 5, 10, 900),
        "rest": "flag",
        "by": OPERATOR,
        "interval": Decimal("0.05"),
        "verified_until": date(2027, 6, 30),
        "tolerance": "good",
    }
    return acts.Weighing(**(given | changes))  # type: ignore[arg-type]  # a test's own shorthand


HARVEST_LOT = acts.HarvestLot(LOT, Decimal("1254.5"), "Sầu riêng Ri6", "Ri6")
RECEIPT = acts.Receipt(
    number="R261121-0042",
    lot=LOT,
    gross=Decimal("1290.5"),
    tare=Decimal("36.0"),
    net=Decimal("1254.5"),
    loads=12,
    crates=48,
    scale=DeviceId("gate-scale"),
    weighed_at=at(23, 14, 40).replace(day=20),
    by=OPERATOR,
    product_name="Sầu riêng Ri6",
    variety="Ri6",
    label_uri=lot_tag_uri(
        SITE.domain,
        LOT.gtin,
        LOT.code,
        net=Decimal("1254.5"),
        harvested_from=LOT.origin.harvested_from,
        harvested_to=LOT.origin.harvested_to,
    ),
    printer=PrinterId("gate-labels"),
    template="lot-tag",
)
CARTON = acts.Carton(
    gtin="99521234000054",
    serial="261121000001",
    lot=LOT,
    weighing=weighing(),
    product_name="Sầu riêng Ri6",
    variety="Ri6",
    packed_on=date(2026, 11, 21),
    best_before=date(2026, 12, 5),
    facility=SITE.facility,
    label_uri=carton_uri(
        SITE.domain,
        "99521234000054",
        LOT.code,
        "261121000001",
        net=Decimal("10.25"),
        packed_on=date(2026, 11, 21),
        best_before=date(2026, 12, 5),
    ),
    printer=PrinterId("pack-labels"),
    template="carton-80x50",
)
WINDOW = acts.RoomWindow(
    ROOM,
    at(5, 0),
    at(6, 0),
    (
        acts.Statistics(
            "cold-rooms/room-1",
            "Temperature",
            "CEL",
            Decimal("3.2"),
            Decimal("4.6"),
            Decimal("3.9016666666666666666666666667"),
            Decimal("0.31"),
            60,
            60,
        ),
        acts.Statistics(
            "cold-rooms/room-1",
            "RelativeHumidity",
            "P1",
            Decimal("84.0"),
            Decimal("91.0"),
            Decimal("88.2"),
            Decimal("1.7"),
            58,
            60,
        ),
        acts.Statistics("dock-sensor", "Temperature", "CEL", None, None, None, None, 0, 60),
    ),
    (LOT,),
)
ALARM = Alarm(
    id="1d0bd5de-6a3c-5d0b-9c7e-0c8a8f6e3a51",
    rule="cold-chain",
    version=3,
    state="raised",
    room=ROOM,
    source="cold-rooms/room-1",
    quantity="Temperature",
    unit="CEL",
    since=at(8, 6),
    at=at(8, 21),
    value=Decimal("7.8"),
    minimum=Decimal("6.1"),
    maximum=Decimal("7.8"),
    limits={"above": Decimal("4.0"), "deadband": Decimal("0.5"), "on_delay_s": Decimal(900)},
    message="cold-room-1: nhiệt độ cao 7,8 °C",
    lots=(LOT,),
)
REFUSED = acts.RefusedAct("load", "too_heavy", {"max": "12.0"}, weighing("13.40"), None)

EVENTS: dict[str, Event] = {
    "harvest-lot": Event(at(23, 15, 2).replace(day=20), HARVEST_LOT, "harvest-lot|H261121-0042", station=GATE),
    "receipt": Event(at(23, 15, 2).replace(day=20), RECEIPT, "receipt|R261121-0042|0", station=GATE),
    "carton": Event(at(3, 5, 11, 250), CARTON, "carton|99521234000054|261121000001|0", station=PACKING),
    "room-in": Event(
        at(4, 32, 9), acts.RoomMove("in", LOT, ROOM, "0.1", OPERATOR), f"room-in|{LOT.code}|{ROOM}|0.1", station=DOOR
    ),
    "room-out": Event(
        at(22, 10), acts.RoomMove("out", LOT, ROOM, "0.1", None), f"room-out|{LOT.code}|{ROOM}|0.1", station=DOOR
    ),
}


def _numbered(kind: str, number: int, when: datetime, fact: Fact, station: StationId | None = None) -> None:
    EVENTS[kind] = Event(when, fact, f"{kind}|gw-1|{EPOCH}|{number}", number=number, station=station)


_numbered("window", 7, at(6, 0), WINDOW)
_numbered("alarm", 8, at(8, 21), ALARM)
_numbered("lot-opened", 9, at(22, 50).replace(day=20), acts.LotOpened(LOT, "R261121-0042"), GATE)
_numbered(
    "weighing",
    10,
    at(22, 51).replace(day=20),
    acts.GateLoad(
        LOT.code,
        "R261121-0042",
        1,
        weighing("107.5", "3.0", display="110.5", scale=DeviceId("gate-scale"), interval=None, tolerance=None),
        "CRATE-A",
        4,
    ),
    GATE,
)
_numbered("unbound-load", 11, at(3, 0), acts.UnboundLoad(weighing(by=None), "no lot"), PACKING)
_numbered("unknown-scan", 12, at(3, 1), acts.UnknownScan(b"OP-9\xff", "]Q1", "code_unknown"), PACKING)
_numbered("refused", 13, at(3, 2), REFUSED, PACKING)
_numbered("operator", 14, at(2, 59), acts.SignedIn(OPERATOR, "badge"), PACKING)
_numbered("binding", 15, at(2, 59, 30), Binding(PACKING, LOT.code, at(2, 59, 30), OPERATOR), PACKING)
_numbered("lot-closed", 16, at(9, 0), acts.LotClosed(LOT.code, "scan", OPERATOR), PACKING)
_numbered(
    "printout",
    17,
    at(3, 5, 12),
    acts.Printout(
        "5b4f6c7e-0f3c-57f5-a9de-0c2f5d0f4a11",
        "carton-80x50",
        "261121000001",
        PrinterId("pack-labels"),
        "done",
        "device-ready",
    ),
)
_numbered(
    "reprint",
    18,
    at(3, 6),
    acts.Reprint(
        "5b4f6c7e-0f3c-57f5-a9de-0c2f5d0f4a11",
        "261121000001",
        PrinterId("pack-labels"),
        "scan",
        OPERATOR,
    ),
    PACKING,
)
_numbered("date-confirmed", 19, at(0, 30), acts.DateConfirmed(date(2026, 11, 21), OPERATOR), PACKING)
_numbered("clock-correction", 20, at(0, 40), acts.ClockCorrected("8a8e1c0f", -1250))
_numbered("started", 21, at(0, 1), acts.Started("0.1.0", "00" * 32, (GATE, PACKING, DOOR)))
_numbered("config", 22, at(2, 15), acts.ConfigChanged("11" * 32, ("device.gate-scale", "operator.OP-12")))
