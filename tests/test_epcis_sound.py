"""Our own check of events: it takes what we write, and refuses what no schema was asked about."""

from typing import Any

import pytest

from gateway.epcis import draft, is_event
from gateway.epcis.sound import BIZ_STEPS, DISPOSITIONS, FIELDS, check_sound
from tests import epcis_checker
from tests.facts import EVENTS, SITE
from tests.facts_after_the_gate import LATER

BODIES: dict[str, dict[str, Any]] = {kind: draft(event, SITE).body for kind, event in (EVENTS | LATER).items()}


@pytest.mark.parametrize("kind", [kind for kind, body in BODIES.items() if is_event(body)])
def test_what_we_write_is_sound(kind: str) -> None:
    check_sound(BODIES[kind])


@pytest.mark.parametrize(
    ("kind", "change", "why"),
    [
        ("receipt", {"bizStep": "recieving"}, "bizStep"),
        ("receipt", {"bizStep": "urn:epcglobal:cbv:bizstep:receiving"}, "bizStep"),
        ("receipt", {"disposition": "gone"}, "disposition"),
        ("receipt", {"ilmd": {"ph:grade": "A"}}, "ilmd stands with ADD"),
        ("harvest-lot", {"ilmd": {"grade": "A"}}, "ilmd: 'grade'"),
        ("harvest-lot", {"grade": "A"}, "'grade' is no field"),
        ("harvest-lot", {"childEPCs": ["https://id.gs1.org/00/1"]}, "'childEPCs' is no field"),
        ("carton", {"action": "ADD"}, "'action' is no field"),
        ("pallet", {"ilmd": {"ph:grade": "A"}}, "'ilmd' is no field"),
        ("receipt", {"xx:note": "no such prefix"}, "xx"),
        ("receipt", {"quantityList": []}, "empty list"),
        ("error-declaration", {"errorDeclaration": {"note": "x"}}, "errorDeclaration: 'note'"),
        ("receipt", {"type": "TransactionEvent"}, "no type"),
    ],
)
def test_what_is_wrong_is_refused(kind: str, change: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_sound(BODIES[kind] | change)


def test_a_step_of_our_own_is_a_full_uri() -> None:
    check_sound(BODIES["release"])
    assert str(BODIES["release"]["bizStep"]).startswith(SITE.namespace)


def test_words_and_fields_are_those_of_the_official_schema() -> None:
    definitions = epcis_checker._schema()["definitions"]

    def words(name: str) -> set[str]:
        return {word for part in definitions[name]["anyOf"] for word in part.get("enum", ())}

    assert words("bizStep") == BIZ_STEPS
    assert words("disposition") == DISPOSITIONS
    common = words("common-event-properties")
    for type_, fields in FIELDS.items():
        own = {
            word
            for part in definitions[type_].get("allOf", [definitions[type_]])
            for names in part.get("propertyNames", {}).get("anyOf", ())
            for word in names.get("enum", ())
        }
        assert fields <= own | common, type_
