"""The quick way to write a document gives the very bytes of RFC 8785, or steps aside."""

import hashlib
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.journal.canonical import canonical, parse, written
from gateway.journal.chain import CHAIN_VERSION, entry_hash

numbers = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8),
    st.builds(
        lambda digits, shift: Decimal(digits).scaleb(shift), st.integers(-(10**14), 10**14), st.integers(-30, 30)
    ),
)
text = st.text(st.characters(exclude_categories=["Cs"]))
documents = st.dictionaries(
    text,
    st.recursive(
        st.one_of(st.none(), st.booleans(), numbers, text), lambda inner: st.lists(inner) | st.dictionaries(text, inner)
    ),
)


def as_floats(value: object) -> object:
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {key: as_floats(item) for key, item in value.items()}
        case list():
            return [as_floats(item) for item in value]
    return value


@settings(max_examples=60)
@given(documents)
@example({"a": Decimal("1E-7"), "b": Decimal("1E+21"), "c": Decimal("-0"), "d": Decimal("100")})
@example({"\U0001f600": 1, "\uffff": 2, "a": '\x7f\u2028\x1f"\\/'})
@example({"serial": "26112100001234567", "e": "1e5", "n": Decimal("1E+16")})
def test_both_ways_write_the_same_bytes(document: dict[str, object]) -> None:
    assert canonical(document) == rfc8785.dumps(as_floats(document))  # type: ignore[arg-type]


def with_types(value: Any) -> object:
    match value:
        case dict():
            return {key: with_types(item) for key, item in value.items()}
        case list():
            return [with_types(item) for item in value]
    return type(value), str(value)


@settings(max_examples=60)
@given(documents)
@example({"a": Decimal("1E-7"), "b": Decimal("1E+21"), "c": Decimal("-0.0"), "d": Decimal("10.250"), "e": True})
@example({"\U0001f600": 1, "\uffff": [Decimal("100.0"), Decimal("1E+16")]})
def test_what_was_written_is_known_without_reading_it(document: dict[str, Any]) -> None:
    body, said = written(document)
    assert body == canonical(document)
    assert with_types(said) == with_types(parse(body))


def test_what_was_written_stays_when_the_document_is_changed_afterwards() -> None:
    document: dict[str, Any] = {"lots": [{"kg": Decimal("1.5")}]}
    body, said = written(document)
    document["lots"][0]["kg"] = Decimal("2.5")
    assert said == parse(body)


headers = st.fixed_dictionaries(
    {
        **dict.fromkeys(("gateway", "epoch", "kind", "boot", "clock"), text),
        **dict.fromkeys(("seq", "mono_ms", "wall_ms"), st.integers(-(2**53) + 1, 2**53 - 1)),
        "id": st.uuids(),
        "body_sha256": st.binary(min_size=32, max_size=32),
    }
)


@settings(max_examples=60)
@given(headers)
def test_a_header_is_hashed_in_its_canonical_bytes(header: dict[str, Any]) -> None:
    written_out = {**header, "v": CHAIN_VERSION, "id": str(header["id"]), "body_sha256": header["body_sha256"].hex()}
    prev = bytes(range(32))
    assert entry_hash(prev, **header) == hashlib.sha256(prev + rfc8785.dumps(written_out)).digest()


@pytest.mark.parametrize("number", [2**53, -(2**53)])
def test_a_header_with_a_number_no_double_holds_is_refused(number: int) -> None:
    names = dict.fromkeys(("gateway", "epoch", "kind", "boot", "clock"), "a")
    with pytest.raises(ValueError, match="beyond"):
        entry_hash(bytes(32), **names, seq=1, id=UUID(int=1), mono_ms=number, wall_ms=0, body_sha256=bytes(32))


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**20])
def test_a_whole_number_no_double_holds_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical({"n": number})
