"""One fact of every kind from inspection to the truck, as the same day would bring them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from gateway import acts
from gateway.epcis import draft
from gateway.event import Event, Fact
from gateway.gs1.identifiers import entry_id
from gateway.lot import CartonId, Lot, LotCode, Origin, Sscc
from gateway.reading import DeviceId
from gateway.station import PrinterId, StationId
from tests.facts import BARE_LOT, EPOCH, EVENTS, LOT, OPERATOR, PACKING, ROOM, SITE, at, weighing

QC, SORTING, PALLETS, DOCK = StationId("qc-1"), StationId("sort-1"), StationId("pallet-1"), StationId("dock-1")
SSCC = Sscc("395212340000000014")


def graded(letter: str, gtin: str, grade: str) -> Lot:
    """Give a lot that came out of the grading of LOT."""
    origin = Origin(LOT.origin.area, LOT.origin.farm, LOT.origin.harvested_from, LOT.origin.harvested_to)
    return Lot(LotCode(f"G261121-004{letter}"), gtin, LOT.product, origin, at(2, 40), grade=grade, export=True)


GRADES = (
    acts.Graded(graded("1", "99521234000023", "A"), Decimal("1102.0"), "Loại A", "https://trace.example.org/01/1"),
    acts.Graded(graded("2", "99521234000030", "B"), Decimal("118.5"), "Loại B", "https://trace.example.org/01/2"),
    acts.Graded(graded("3", "99521234000047", "C"), Decimal("28.0"), "Loại C", "https://trace.example.org/01/3"),
)
CARTONS = tuple(CartonId("99521234000054", f"26112100000{number}", LotCode("G261121-0041")) for number in range(1, 4))
CUSTOMER = acts.Customer("CUST-01", "Công ty mẫu", "Số 1, đường mẫu", "9525678000011")
JOURNEY = acts.Journey(
    "49C-000.01", "XXXU0000000", "VN000001", "CN", "PO-778", {"phytosanitary certificate": "KD-0000"}
)
INSPECTION = acts.Inspection(
    "Q261121-0042",
    LOT,
    "accepted",
    OPERATOR,
    {"temperature_c": Decimal("29.4"), "dry matter percent": Decimal("33.5")},
    samples=10,
)
GRADING = acts.Grading(
    "0.1", LOT, Decimal("1254.5"), GRADES, Decimal("6.0"), OPERATOR, printer=PrinterId("sort-labels"),
    template="lot-tag", variety="Ri6",
)  # fmt: skip
PALLET = acts.PalletBuilt(
    sscc=SSCC,
    n="0.1",
    cartons=CARTONS,
    count=3,
    net=Decimal("30.8"),
    gross=Decimal("52.3"),
    gtin="99521234000054",
    lots=(LotCode("G261121-0041"),),
    packed_on=date(2026, 11, 21),
    product_name="Sầu riêng Ri6",
    areas=("VN-XXOR-0000",),
    by=OPERATOR,
    best_before=date(2026, 12, 12),
    variety="Ri6",
    market="CN",
    facility=SITE.facility,
    printer=PrinterId("pallet-labels"),
    template="pallet-100x150",
)
HISTORY = acts.History(
    at(4, 32, 9),
    at(22, 10),
    (
        acts.Statistics("cold-rooms/room-1", "Temperature", "CEL", *map(Decimal, ("13.1", "17.8", "14.1", "0.62")),
                        1056, 1058),
        acts.Statistics("dock-sensor", "Temperature", "CEL", None, None, None, None, 0, 1058),
    ),
    (acts.Beyond("cold-chain", 3, "cold-rooms/room-1", "Temperature", 1320, None),),
    Decimal("0.99810964"),
)  # fmt: skip
DISPATCH = acts.Dispatch("X261121-0001", CUSTOMER, JOURNEY, (SSCC,), (), Decimal("30.8"), OPERATOR)

LATER: dict[str, Event] = {}


def _numbered(kind: str, number: int, fact: Fact, station: StationId | None = None, hour: int = 4) -> None:
    LATER[kind] = Event(
        at(hour, number % 60), fact, f"{kind}|gw-1|{EPOCH}|{number}", number=number, station=station, request=None
    )


def _named(kind: str, key: str, fact: Fact, station: StationId, when: datetime) -> None:
    LATER[kind] = Event(when, fact, f"{kind}|{key}", station=station)


_named("inspection", "Q261121-0042|0", INSPECTION, QC, at(23, 30))
_named("grading", f"{LOT.code}|0.1", GRADING, SORTING, at(2, 40))
_named(
    "stamp",
    "99521234000054|261121000001|0.1",
    acts.StampsBound(
        "99521234000054",
        "261121000001",
        ("https://stamp.example.org/c/OPAQUE-0001", "TEM 0002"),
        "0.1",
        OPERATOR,
    ),
    PACKING,
    at(3, 6),
)
_named("pallet", f"{SSCC}|0.1", PALLET, PALLETS, at(4, 20))
_named(
    "unpack",
    f"{SSCC}|0.1",
    acts.PalletTakenApart(SSCC, "0.1", CARTONS[:1], 2, "thùng móp", OPERATOR),
    PALLETS,
    at(4, 50),
)
_named("hold", f"{SSCC}|0.1", acts.Held(SSCC, "0.1", "mất lạnh", OPERATOR), QC, at(8, 30))
_named("release", f"{SSCC}|0.1", acts.Released(SSCC, "0.1", "đã kiểm tra", OPERATOR), QC, at(9, 0))
_named("destroy", f"{LOT.code}|0.1", acts.Destroyed(LOT, "0.1", Decimal("28.0"), "thối", OPERATOR), QC, at(10, 0))
_named("dispatch", "X261121-0001|0", DISPATCH, DOCK, at(23, 0))
_named(
    "void-shipping",
    "X261121-0001|0.1",
    acts.DispatchRecalled("X261121-0001", "0.1", (SSCC,), (), "xe hỏng", OPERATOR),
    DOCK,
    at(23, 40),
)

ORIGINAL = draft(EVENTS["carton"], SITE)
CORRECTIVE = entry_id(SITE.uri, "carton|99521234000054|261121000001|1")


def declared(of: UUID = ORIGINAL.id, **changes: object) -> acts.ErrorDeclared:
    """Give the declaration that the carton was weighed wrong."""
    given: dict[str, object] = {
        "of": of,
        "kind": ORIGINAL.kind,
        "n": "0.1",
        "reason": "incorrect_data",
        "corrective": (CORRECTIVE,),
        "note": "Cân lại thùng",
        "by": OPERATOR,
        "original": ORIGINAL.body,
    }
    return acts.ErrorDeclared(**(given | changes))  # type: ignore[arg-type]  # a test's own shorthand


LATER["error-declaration"] = Event(
    at(3, 29, 30), declared(), f"declare|urn:uuid:{ORIGINAL.id}|0.1", station=PACKING, request="7f0c"
)

_numbered("receipt-noted", 30, acts.ReceiptNoted("R261121-0042", "49C-000.00", Decimal("2.5"), "lá, cuống", OPERATOR))
_numbered("grading-begun", 31, acts.GradingBegun("0.1", LOT.code, OPERATOR), SORTING)
_numbered(
    "grading-load",
    32,
    acts.GradedLoad(
        "0.1",
        LOT.code,
        1,
        "A",
        weighing(
            "52.0",
            form=acts.PaperForm("CAN-0117", at(2, 30), "cân hỏng"),
            rest="person",
            raw=b"",
            scale=DeviceId("sort-scale"),
        ),
    ),
    SORTING,
)
_numbered("pallet-begun", 33, acts.PalletBegun(SSCC, SITE.company_prefix, OPERATOR), PALLETS)
_numbered("carton-on-pallet", 34, acts.CartonStacked("on", SSCC, CARTONS[0], OPERATOR), PALLETS)
_numbered("carton-off-pallet", 35, acts.CartonStacked("off", SSCC, CARTONS[0], OPERATOR), PALLETS)
_numbered("dispatch-opened", 36, acts.DispatchOpened("X261121-0001", CUSTOMER, JOURNEY, OPERATOR), DOCK)
_numbered("goods-on-vehicle", 37, acts.GoodsLoaded("on", "X261121-0001", SSCC, OPERATOR, "mất lạnh 22 phút"), DOCK)
_numbered("goods-off-vehicle", 38, acts.GoodsLoaded("off", "X261121-0001", BARE_LOT, OPERATOR), DOCK)
_numbered("lot-reopened", 39, acts.LotReopened(LOT.code, "còn hàng", OPERATOR), PACKING)

PALLET_OUT = Event(
    at(22, 10),
    acts.RoomMove("out", SSCC, ROOM, "0.1", OPERATOR, HISTORY),
    f"room-out|{SSCC}|{ROOM}|0.1",
    station=StationId("cold-room-1-door"),
)
PALLET_IN = Event(
    at(4, 32, 9),
    acts.RoomMove("in", SSCC, ROOM, "0.1", OPERATOR),
    f"room-in|{SSCC}|{ROOM}|0.1",
    station=StationId("cold-room-1-door"),
)
LATE_CARTON = weighing(
    form=acts.PaperForm("CAN-0118", at(3, 5), "mất điện"), rest="person", raw=b"", at=at(3, 5) - timedelta(hours=1)
)
_numbered("register", 40, acts.RegisterTaken("areas", 7, at(22, 0), 42, "22" * 32))
_numbered("register-refused", 41, acts.RegisterRefused("areas", "version: 6 is older than 7", "33" * 32))
