"""GS1 element strings for linear and DataMatrix symbols, as people write them: `(01)99521234000054(3102)001025`."""

from collections.abc import Collection, Iterable

from gateway.gs1 import digital_link
from gateway.gs1.element_strings import readable
from gateway.gs1.identifiers import CodeWrong


def element_string(pairs: Iterable[tuple[str, str]], *, beside: Collection[str] = ()) -> str:
    """Give AIs and values in the order symbols carry them; `beside` names AIs in the label's other symbols.

    Raises:
        ValueError: A value is wrong or cannot be written, or an AI lacks its companion.
    """
    return readable(pairs, beside=beside)


def is_link(uri: str) -> bool:
    """Tell whether a URI is a Digital Link, right or wrong; a private one holds no GS1 key and makes no elements."""
    try:
        digital_link.parse(uri)
    except CodeWrong:
        return True
    except ValueError:
        return False
    return True


def from_link(uri: str) -> str:
    """Give what a Digital Link says as an element string, so that two symbols of a label cannot differ.

    Raises:
        ValueError: It is no Digital Link, or holds a value an element string cannot.
    """
    link = digital_link.parse(uri)
    return element_string([(link.key, link.value), *link.attributes.items(), *link.qualifiers])
