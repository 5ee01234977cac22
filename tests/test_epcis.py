"""Every kind of fact as the document that is sent: golden, and valid by the official schema."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from gateway.epcis import EPCIS_KINDS, check_prefixes, draft, kind_of, wrap
from gateway.epcis.draft import KINDS
from gateway.event import Draft, Event, Fact
from gateway.gs1.identifiers import entry_id
from gateway.reading import Weight
from tests.epcis_checker import SHARED, NothingChecked, as_plain, check
from tests.facts import BARE_LOT, CARTON, EVENTS, SITE, WINDOW, at

GOLDEN = Path(__file__).parent / "golden" / "events"
EXAMPLES = SHARED / "gateway-examples"
with_examples = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the example documents lie in ../shared, absent here")

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
    assert len(facts) == len(KINDS) + 1 + readings, "KINDS holds every fact but room moves and the readings"
    assert set(EVENTS) == {*KINDS.values(), "room-in", "room-out"}


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
    assert first.body["eventID"] == f"urn:uuid:{first.id}"
    assert first.kind == kind == kind_of(event.fact)


@pytest.mark.parametrize("kind", SENT)
def test_an_epcis_event_is_valid_by_the_official_schema(kind: str) -> None:
    assert check(document(draft(EVENTS[kind], SITE))) == 1


def test_all_kinds_stand_in_one_document() -> None:
    assert check(document(*(draft(EVENTS[kind], SITE) for kind in SENT))) == len(SENT) == 7


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
    keys = {key for event in EVENTS.values() for key in _keys(draft(event, SITE).body)}
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
    ],
)
def test_our_event_has_the_shape_of_its_example(
    kind: str, example: str, not_ours: set[str], ours_instead: set[str]
) -> None:
    ours, theirs = draft(EVENTS[kind], SITE).body, event_of(example)
    own_keys, their_keys = ({key for key in _keys(body) if ":" not in key} for body in (ours, theirs))
    assert not_ours <= their_keys
    assert own_keys == (their_keys - not_ours) | ours_instead
    for word in ("type", "action", "bizStep", "disposition", "eventTimeZoneOffset"):
        assert ours.get(word) == theirs.get(word)


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
