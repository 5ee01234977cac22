"""The quick way to write a document gives the very bytes of RFC 8785, or steps aside."""

from decimal import Decimal

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.journal.canonical import canonical

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


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**20])
def test_a_whole_number_no_double_holds_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical({"n": number})
