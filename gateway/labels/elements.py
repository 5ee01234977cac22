"""GS1 element strings for linear and DataMatrix symbols, as people write them: `(01)99521234000054(3102)001025`."""

from collections.abc import Collection, Iterable

from gateway.gs1 import digital_link
from gateway.gs1.element_strings import readable


def element_string(pairs: Iterable[tuple[str, str]], *, beside: Collection[str] = ()) -> str:
    """Give AIs and values in the order symbols carry them; `beside` names AIs in the label's other symbols.

    Raises:
        ValueError: A value is wrong or cannot be written, or an AI lacks its companion.
    """
    return readable(pairs, beside=beside)


def from_link(uri: str) -> str:
    """Give what a Digital Link says as an element string, so that two symbols of a label cannot differ.

    Raises:
        ValueError: It is no Digital Link, or holds a value an element string cannot.
    """
    link = digital_link.parse(uri)
    return element_string([(link.key, link.value), *link.attributes.items(), *link.qualifiers])


def contents(gtin: str, count: int) -> str:
    """Give what a logistic unit holds: so many trade items of one GTIN. Stands beside an SSCC, never alone.

    Raises:
        ValueError: The count is not 1 to 99,999,999.
    """
    if not 0 < count < 10**8:
        raise ValueError(f"(37) {count}: a unit holds 1 to 99,999,999 items")
    digits = str(count)
    # An even number of digits is shorter in Code 128, and means the same.
    return element_string([("02", gtin), ("37", digits.zfill(len(digits) + len(digits) % 2))], beside=("00",))
