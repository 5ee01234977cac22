"""Every kind of fact as the document that is sent: golden, and valid by the official schema."""

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from gateway import acts
from gateway.epcis import EPCIS_KINDS, check_prefixes, draft, is_event, kind_of, wrap
from gateway.epcis.draft import DIRECTED, KINDS
from gateway.event import Draft, Event, Fact
from gateway.gs1.identifiers import entry_id
from gateway.reading import Weight
from tests.epcis_checker import SHARED, NothingChecked, as_plain, check
from tests.facts import ALARM, BARE_LOT, CARTON, LOT, OPERATOR, RECEIPT, SITE, WINDOW, at
from tests.facts import EVENTS as OF_THE_GATE
from tests.facts_after_the_gate import (
    GRADING,
    LATE_CARTON,
    LATER,
    ORIGINAL,
    PALLET_IN,
    PALLET_OUT,
    SSCC,
    declared,
)

GOLDEN = Path(__file__).parent / "golden" / "events"
EXAMPLES = SHARED / "gateway-examples"
with_examples = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the example documents lie in ../shared, absent here")

EVENTS = OF_THE_GATE | LATER
SENT = [kind for kind in EVENTS if kind in EPCIS_KINDS]
AUDITED = [kind for kind in EVENTS if kind not in EPCIS_KINDS]


def drafted(kind: str, **changes: Any) -> Draft:
    event = EVENTS[kind]
    return draft(replace(event, fact=replace(event.fact, **changes)), SITE)  # type: ignore[type-var]


def document(*drafts: Draft) -> dict[str, Any]:
    return as_plain(wrap([one.body for one in drafts], at(12, 0), SITE.namespace))


def event_of(name: str) -> dict[str, Any]:
    return json.loads((EXAMPLES / name).read_text("utf-8"))["epcisBody"]["eventList"][0]


def test_every_kind_of_fact_is_covered_here() -> None:
    readings = 4
    facts = {one for union in get_args(Fact) for one in (get_args(union) or (union,))}
    assert len(facts) == len(KINDS) + len(DIRECTED) + readings, "KINDS and DIRECTED hold every fact but the readings"
    directed = {DIRECTED[fact].format(way) for fact in DIRECTED for way in get_args(get_type_hints(fact)["direction"])}
    assert set(EVENTS) == {*KINDS.values(), *directed}
    assert set(EPCIS_KINDS) <= set(EVENTS)


@pytest.mark.parametrize("kind", EVENTS)
def test_a_fact_becomes_the_golden_document(kind: str) -> None:
    drafted = draft(EVENTS[kind], SITE)
    written = json.dumps(as_plain(drafted.body), ensure_ascii=False, indent=2) + "\n"
    path = GOLDEN / f"{kind}.json"
    assert path.exists(), f"a new kind needs its golden document, {path.name}:\n{written}"
    assert written == path.read_text("utf-8"), "a changed golden event is a changed contract and a changelog line"


def test_there_is_no_golden_document_without_a_fact() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(EVENTS)


@pytest.mark.parametrize("kind", EVENTS)
def test_the_id_comes_from_the_business_key_alone(kind: str) -> None:
    event = EVENTS[kind]
    first = draft(event, SITE)
    later = draft(replace(event, occurred_at=at(23, 59)), SITE)
    assert first.id == later.id == entry_id(SITE.uri, event.key)
    of = ORIGINAL.id if kind == "error-declaration" else first.id
    assert first.body["eventID"] == f"urn:uuid:{of}"
    assert first.kind == kind == kind_of(event.fact)


@pytest.mark.parametrize("kind", SENT)
def test_an_epcis_event_is_valid_by_the_official_schema(kind: str) -> None:
    assert check(document(draft(EVENTS[kind], SITE))) == 1


def test_all_kinds_stand_in_one_document() -> None:
    assert check(document(*(draft(EVENTS[kind], SITE) for kind in SENT))) == len(SENT) == 18


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("harvest-lot", {"lot": BARE_LOT, "variety": None}),
        ("receipt", {"lot": BARE_LOT, "by": None, "variety": None, "printer": None, "template": None}),
        ("carton", {"lot": BARE_LOT, "variety": None, "best_before": None, "facility": None, "printer": None}),
        ("carton", {"weighing": replace(CARTON.weighing, by=None, tolerance=None, interval=None, raw=b"")}),
        ("window", {"lots": ()}),
        ("window", {"statistics": WINDOW.statistics[2:]}),
        ("window", {"statistics": WINDOW.statistics[2:], "lots": ()}),
        ("alarm", {"lots": (), "room": None, "value": None, "minimum": None, "maximum": None, "unit": None}),
        ("alarm", {"state": "acknowledged"}),
        ("alarm", {"state": "cleared"}),
    ],
)
def test_an_event_that_knows_less_is_still_valid(kind: str, changes: dict[str, Any]) -> None:
    body = drafted(kind, **changes).body
    assert check(document(drafted(kind, **changes))) == 1
    assert None not in [value for key, value in body.items() if key != "ph:operatorId"]
    assert [] not in [value for key, value in body.items() if key != "ph:lots"], "empty lists are left out"


def test_nobody_at_the_scale_is_written_as_null() -> None:
    assert drafted("receipt", by=None).body["ph:operatorId"] is None


def test_kilograms_are_exact_in_the_body() -> None:
    net = Decimal("0.1") + Decimal("0.2")
    body = drafted("carton", weighing=replace(CARTON.weighing, gross=net, tare=Decimal("0.00"), net=net)).body
    assert body["inputQuantityList"] == [
        {"epcClass": "https://id.gs1.org/01/99521234000016/10/H261121-0042", "quantity": Decimal("0.3"), "uom": "KGM"}
    ]
    assert all(not isinstance(value, float) for value in _leaves(body))


def test_names_of_people_are_in_no_document() -> None:
    firms_and_grades = ("ph:customer", "ph:outputs", "customer")
    bodies = [draft(event, SITE).body for event in EVENTS.values()]
    keys = _keys([{key: body[key] for key in body.keys() - set(firms_and_grades)} for body in bodies])
    assert not {key for key in keys if key.endswith(("operatorName", "farmerName", "ph:name"))}
    assert "ph:farmerId" in keys


def test_a_silent_source_is_counted_and_reports_nothing() -> None:
    body = draft(EVENTS["window"], SITE).body
    reported = [report for element in _list(body, "sensorElementList") for report in element["sensorReport"]]
    assert [report["type"] for report in reported] == ["Temperature", "RelativeHumidity"]
    assert [(one["ph:source"], one["ph:sampleCount"]) for one in _list(body, "ph:coverage")] == [
        ("cold-rooms/room-1", 60),
        ("cold-rooms/room-1", 58),
        ("dock-sensor", 0),
    ]
    assert (body["ph:sampleCount"], body["ph:expectedSampleCount"]) == (118, 180)


def test_a_room_nobody_could_hear_reports_a_fault_not_silence() -> None:
    body = drafted("window", statistics=WINDOW.statistics[2:]).body
    (element,) = _list(body, "sensorElementList")
    assert element["sensorReport"] == [{"type": "Temperature", "exception": "ERROR_CONDITION"}]


def test_a_room_without_sensors_has_no_window() -> None:
    with pytest.raises(ValueError, match="without a single source"):
        drafted("window", statistics=())


def test_a_computed_mean_fits_the_canonical_number() -> None:
    (element,) = _list(draft(EVENTS["window"], SITE).body, "sensorElementList")
    assert element["sensorReport"][0]["meanValue"] == Decimal("3.902")


def test_a_cleared_alarm_is_no_exception_any_more() -> None:
    def exception(state: str) -> object:
        (element,) = _list(drafted("alarm", state=state).body, "sensorElementList")
        return element["sensorReport"][0].get("exception")

    assert [exception(state) for state in ("raised", "acknowledged", "cleared")] == ["ALARM_CONDITION"] * 2 + [None]


def test_each_station_packs_a_lot_in_its_own_run() -> None:
    event = EVENTS["carton"]
    runs = {
        str(draft(replace(event, station=station), SITE).body["transformationID"])
        for station in ("pack-1", "pack-2", "pack-1")
    }
    assert len(runs) == 2


def test_a_name_too_long_for_gs1_becomes_a_private_uri() -> None:
    long = "cold-rooms-of-the-north-wing/room-12-door"
    body = drafted("alarm", source=long).body
    (element,) = _list(body, "sensorElementList")
    assert element["sensorMetadata"]["deviceID"] == (
        "https://trace.example.org/device/cold-rooms-of-the-north-wing%2Froom-12-door"
    )
    assert check(document(drafted("alarm", source=long, room="the-large-cold-room-behind"))) == 1


# what may not become an entry


def test_an_event_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="business key"):
        draft(replace(EVENTS["carton"], key=""), SITE)


def test_a_reading_is_never_journaled() -> None:
    with pytest.raises(ValueError, match="judged, not journaled"):
        draft(Event(at(1, 0), Weight(Decimal(1), "KGM"), "weight|1"), SITE)
    with pytest.raises(ValueError, match="judged, not journaled"):
        kind_of(Weight(Decimal(1), "KGM"))


def test_a_time_without_an_offset_is_refused() -> None:
    naive = datetime(2026, 11, 21, 10, 0)  # noqa: DTZ001 - the mistake under test
    with pytest.raises(ValueError, match="no offset"):
        draft(replace(EVENTS["carton"], occurred_at=naive), SITE)


def test_a_wrong_check_digit_never_reaches_the_journal() -> None:
    with pytest.raises(ValueError, match="check digit"):
        drafted("carton", gtin="99521234000055")


# audit records


@pytest.mark.parametrize("kind", AUDITED)
def test_an_audit_record_is_flat_and_says_its_kind(kind: str) -> None:
    body = draft(EVENTS[kind], SITE).body
    assert list(body)[:4] == ["eventID", "eventTime", "eventTimeZoneOffset", "kind"]
    assert body["kind"] == kind
    assert not {key for key in _keys(body) if ":" in key}


def test_a_load_without_a_weighing_is_refused_in_words_too() -> None:
    assert drafted("refused", weighing=None, condition="overload").body["weighing"] is None


# controls: the checker must be able to say no


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"bizStep": "recieving"}, "bizStep"),
        ({"eventTime": "2026-11-21T06:15:02.000"}, "eventTime"),
        ({"disposition": "urn:epcglobal:cbv:disp:in_progress"}, "disposition"),
        ({"sensorElementLst": []}, "sensorElementLst"),
        ({"ilmd": {"ph:grade": "A"}}, "not valid under any"),
        ({"xx:note": "no such prefix"}, "xx"),
    ],
)
def test_the_checker_refuses_what_is_wrong(change: dict[str, Any], complaint: str) -> None:
    broken = document(draft(EVENTS["receipt"], SITE))
    broken["epcisBody"]["eventList"][0] |= change
    with pytest.raises((AssertionError, ValueError), match=complaint):
        check(broken)


def test_checking_no_event_at_all_is_a_failure() -> None:
    with pytest.raises(NothingChecked):
        check(document())


def test_an_undeclared_prefix_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="not declared: zz"):
        wrap([{"type": "ObjectEvent", "ph:a": [{"zz:b": 1}]}], at(1, 0), SITE.namespace)
    with pytest.raises(ValueError, match="ph"):
        check_prefixes({"ph:a": 1}, ())


def test_only_a_prefix_that_is_used_is_declared() -> None:
    plain = wrap([{"type": "ObjectEvent"}], at(1, 0), SITE.namespace)
    assert plain["@context"] == ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
    assert {"ph": SITE.namespace} in wrap([{"ph:a": 1}], at(1, 0), SITE.namespace)["@context"]  # type: ignore[operator]


# the examples


@with_examples
def test_all_example_documents_pass_the_same_checker() -> None:
    paths = sorted(EXAMPLES.glob("*.json"))
    assert len(paths) == 14
    assert sum(check(json.loads(path.read_text("utf-8"))) for path in paths) >= 15


@with_examples
@pytest.mark.parametrize(
    ("kind", "example", "not_ours", "ours_instead"),
    [
        ("harvest-lot", "01-harvest-lot-commissioning.json", set(), set()),
        ("receipt", "02-receiving-and-weighing.json", set(), set()),
        # no production order is known when a lot is packed
        ("carton", "05-pack-carton-and-label.json", {"bizTransactionList", "bizTransaction"}, set()),
        # the examples' rooms hold pallets, ours hold lots: classes instead of instances
        ("window", "09-cold-room-window.json", {"epcList"}, {"quantityList", "epcClass"}),
        ("alarm", "10-excursion-alarm.json", {"epcList", "meanValue"}, {"quantityList", "epcClass"}),
        ("room-in", "08-move-into-cold-room.json", {"epcList"}, {"quantityList", "epcClass"}),
        # a person inspects: no device measured
        ("inspection", "03-incoming-inspection.json", {"deviceID"}, set()),
        ("grading", "04-sorting-grading.json", set(), set()),
        ("stamp", "06-stamp-association.json", set(), set()),
        ("pallet", "07-aggregate-to-pallet.json", set(), set()),
        # nothing measures the truck
        (
            "dispatch",
            "12-dispatch.json",
            {"sensorElementList", "sensorMetadata", "time", "deviceID", "sensorReport", "value", "uom"},
            set(),
        ),
    ],
)
def test_our_event_has_the_shape_of_its_example(
    kind: str, example: str, not_ours: set[str], ours_instead: set[str]
) -> None:
    _compare(draft(EVENTS[kind], SITE).body, event_of(example), not_ours, ours_instead)


@with_examples
@pytest.mark.parametrize(
    ("event", "example", "not_ours"),
    [
        (PALLET_IN, "08-move-into-cold-room.json", set()),
        (PALLET_OUT, "11-move-out-with-history.json", set()),
        (replace(EVENTS["window"], fact=replace(WINDOW, lots=(), pallets=(SSCC,))), "09-cold-room-window.json", set()),
        (
            replace(EVENTS["alarm"], fact=replace(ALARM, lots=(), pallets=(SSCC,))),
            "10-excursion-alarm.json",
            {"meanValue"},
        ),
    ],
    ids=["pallet in", "pallet out", "window", "alarm"],
)
def test_a_pallet_has_the_shape_of_its_example(event: Event, example: str, not_ours: set[str]) -> None:
    body = draft(event, SITE).body
    _compare(body, event_of(example), not_ours, set())
    assert body["epcList"] == event_of(example)["epcList"]
    assert check(document(draft(event, SITE))) == 1


@with_examples
@pytest.mark.parametrize(
    ("kind", "changes", "example", "not_ours"),
    [
        ("carton", {}, "13-correction.json", {"bizTransactionList", "bizTransaction"}),
        (
            "dispatch",
            {"reason": "did_not_occur", "corrective": ()},
            "14-void.json",
            {"sensorElementList", "sensorMetadata", "time", "deviceID", "sensorReport", "value", "uom"},
        ),
    ],
)
def test_a_declaration_has_the_shape_of_its_example(
    kind: str, changes: dict[str, Any], example: str, not_ours: set[str]
) -> None:
    original = draft(EVENTS[kind], SITE)
    fact = declared(original.id, original=original.body, **changes)
    _compare(draft(replace(EVENTS["error-declaration"], fact=fact), SITE).body, event_of(example), not_ours, set())


@with_examples
@pytest.mark.parametrize(
    ("event", "example", "not_known"),
    [
        (
            replace(
                EVENTS["harvest-lot"],
                fact=replace(
                    OF_THE_GATE["harvest-lot"].fact,  # type: ignore[type-var]
                    declaration=acts.Declaration(last_pesticide=date(2026, 10, 30)),
                    certificates=(acts.Certificate("VietGAP"),),
                ),
            ),
            "01-harvest-lot-commissioning.json",
            {"ph:name", "ph:farmLogRef"},  # names stay in the house; no farm log is referred to yet
        ),
        (
            replace(EVENTS["receipt"], fact=replace(RECEIPT, vehicle="49C-000.00")),
            "02-receiving-and-weighing.json",
            set(),
        ),
        (EVENTS["inspection"], "03-incoming-inspection.json", set()),
        (EVENTS["grading"], "04-sorting-grading.json", set()),
        (
            replace(EVENTS["carton"], fact=replace(CARTON, lot=GRADING.outputs[0].lot)),
            "05-pack-carton-and-label.json",
            {"ph:fruitCount"},
        ),
        # a stamp is an opaque text: neither its kind nor its carrier is known
        (EVENTS["stamp"], "06-stamp-association.json", {"ph:stampKind", "ph:stampCarrier"}),
        (EVENTS["pallet"], "07-aggregate-to-pallet.json", set()),
        (PALLET_IN, "08-move-into-cold-room.json", set()),
        (EVENTS["window"], "09-cold-room-window.json", set()),
        # limits are written with their unit in the setting's name
        (EVENTS["alarm"], "10-excursion-alarm.json", {"ph:limitMaxC", "ph:delaySeconds"}),
        (PALLET_OUT, "11-move-out-with-history.json", set()),
        (EVENTS["dispatch"], "12-dispatch.json", set()),
        (EVENTS["error-declaration"], "13-correction.json", {"ph:fruitCount", "ph:grade"}),
    ],
    ids=[f"{number:02}" for number in range(1, 14)],
)
def test_what_examples_say_in_our_own_words_our_events_say_too(event: Event, example: str, not_known: set[str]) -> None:
    ours, theirs = draft(event, SITE).body, event_of(example)
    assert {key for key in _keys(theirs) - _keys(ours) if key.startswith("ph:")} == not_known


def _compare(ours: dict[str, Any], theirs: dict[str, Any], not_ours: set[str], ours_instead: set[str]) -> None:
    own_keys, their_keys = ({key for key in _keys(body) if ":" not in key} for body in (ours, theirs))
    assert not_ours <= their_keys
    assert own_keys == (their_keys - not_ours) | ours_instead
    for word in ("type", "action", "bizStep", "disposition", "eventTimeZoneOffset"):
        assert ours.get(word) == theirs.get(word)


# what people decide, correct and take back


@pytest.mark.parametrize(
    ("result", "revision", "standing"),
    [
        ("accepted", 0, {"set": ["conformant"]}),
        ("rejected", 0, {"set": ["non_conformant"]}),
        ("rejected", 1, {"set": ["non_conformant"], "unset": ["conformant"]}),
        ("conditional", 0, None),
    ],
)
def test_an_inspection_says_how_the_lot_stands(result: str, revision: int, standing: object) -> None:
    body = drafted("inspection", result=result, revision=revision).body
    assert body.get("persistentDisposition") == standing
    assert body.get("ph:revision") == (revision or None)
    assert check(document(drafted("inspection", result=result, revision=revision))) == 1


def test_a_measurement_never_stands_in_for_the_result() -> None:
    told = drafted("inspection", measurements={"result": Decimal(1), "độ chín": Decimal(80)}).body["ph:inspection"]
    assert isinstance(told, dict)
    assert (told["ph:result"], told["ph:measuredResult"]) == ("accepted", Decimal(1))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("inspection", {"measurements": {}, "samples": None, "by": None, "note": "ướt"}),
        ("grading", {"outputs": (), "loss_kg": GRADING.input_kg, "lost_unseen": Decimal("1.5"), "printer": None}),
        ("grading", {"lot": BARE_LOT, "variety": None, "template": None}),
        ("carton", {"weighing": LATE_CARTON, "revision": 1}),
        ("pallet", {"gross": None, "areas": (), "best_before": None, "market": None, "facility": None}),
        ("hold", {"goods": LOT}),
        ("release", {"goods": LOT, "by": None}),
        ("destroy", {"goods": SSCC, "cartons": LATER["pallet"].fact.cartons}),  # type: ignore[union-attr]
        ("dispatch", {"customer": acts.Customer("HTX 7", "Hợp tác xã"), "journey": acts.Journey(po="1/2026")}),
        ("dispatch", {"pallets": (), "lots": (acts.LotShipped(LOT, Decimal("28.0")),), "revision": 1}),
        ("void-shipping", {"pallets": (), "lots": (LOT,)}),
        ("room-out", {"history": PALLET_OUT.fact.history}),  # type: ignore[union-attr]
        ("alarm", {"state": "acknowledged", "by": OPERATOR, "reason": "cửa mở", "done": "đã đóng", "pallets": (SSCC,)}),
    ],
)
def test_a_further_event_that_knows_more_or_less_is_valid_too(kind: str, changes: dict[str, Any]) -> None:
    body = drafted(kind, **changes).body
    assert check(document(drafted(kind, **changes))) == 1
    assert None not in [value for key, value in body.items() if key != "ph:operatorId"]


def test_what_is_deducted_is_no_tare() -> None:
    body = drafted("receipt", deduction=Decimal("2.5"), deduction_reason="lá", net=Decimal("1252.0")).body
    (element,) = _list(body, "sensorElementList")
    masses = {report["ph:weightKind"]: report["value"] for report in element["sensorReport"]}
    assert masses == {"gross": Decimal("1290.5"), "tare": Decimal("36.0"), "net": Decimal("1254.5")}
    assert _list(body, "quantityList")[0]["quantity"] == Decimal("1252.0")
    assert (body["ph:deductionKg"], body["ph:deductionReason"]) == (Decimal("2.5"), "lá")


def test_a_weighing_from_paper_says_so() -> None:
    body = drafted("carton", weighing=LATE_CARTON).body
    assert (body["ph:manual"], body["ph:paperForm"], body["ph:reason"]) == (True, "CAN-0118", "mất điện")
    assert body["ph:restEvidence"] == "person"


@pytest.mark.parametrize("kind", [kind for kind in SENT if kind != "error-declaration"])
def test_a_declaration_changes_nothing_of_the_original(kind: str) -> None:
    original = draft(EVENTS[kind], SITE)
    event = replace(EVENTS["error-declaration"], fact=declared(original.id, kind=kind, original=original.body))
    repeated = draft(event, SITE)
    assert repeated.id != original.id
    assert {key: value for key, value in repeated.body.items() if key != "errorDeclaration"} == original.body
    assert check(document(repeated)) == 1


def test_an_audit_record_declared_wrong_is_no_epcis_event() -> None:
    original = draft(EVENTS["weighing"], SITE)
    fact = declared(original.id, kind="weighing", original=original.body)
    repeated = draft(replace(EVENTS["error-declaration"], fact=fact), SITE)
    assert not is_event(repeated.body)
    assert is_event(draft(EVENTS["error-declaration"], SITE).body)


def test_a_declaration_is_of_the_entry_it_names_and_of_no_other_declaration() -> None:
    with pytest.raises(ValueError, match="not the original"):
        drafted("error-declaration", of=draft(EVENTS["receipt"], SITE).id)
    with pytest.raises(ValueError, match="cannot be declared"):
        drafted("error-declaration", original=draft(EVENTS["error-declaration"], SITE).body)


@with_examples
def test_the_same_things_have_the_same_names_as_in_the_examples() -> None:
    lot = draft(EVENTS["harvest-lot"], SITE).body
    assert lot["quantityList"] == [{"epcClass": _first_class("01"), "quantity": Decimal("1254.5"), "uom": "KGM"}]
    carton, theirs = draft(EVENTS["carton"], SITE).body, event_of("05-pack-carton-and-label.json")
    for word in ("outputEPCList", "readPoint", "bizLocation"):
        assert carton[word] == theirs[word]
    receipt, theirs = draft(EVENTS["receipt"], SITE).body, event_of("02-receiving-and-weighing.json")
    for word in ("quantityList", "readPoint", "bizLocation", "destinationList"):
        assert as_plain(receipt[word]) == theirs[word]


def _first_class(number: str) -> str:
    (path,) = EXAMPLES.glob(f"{number}-*.json")
    return str(event_of(path.name)["quantityList"][0]["epcClass"])


def _list(body: Any, key: str) -> list[Any]:
    found = body[key]
    assert isinstance(found, list)
    return found


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for item in value.values() for key in _keys(item)}
    if isinstance(value, list):
        return {key for item in value for key in _keys(item)}
    return set()


def _leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]
