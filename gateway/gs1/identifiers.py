"""Keys of the GS1 system and the house's own numbers: their forms and check digits."""

import re
from datetime import date
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

CHARACTERS_82: Final = frozenset("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
"""What alphanumeric values may be written in (GS1 General Specifications, figure 7.11-1)."""

LOT_CODE: Final = re.compile(r"(?=.*[A-Z])[A-Z0-9][A-Z0-9-]{3,19}")
"""A lot code here: 4 to 20 signs, at least one a letter, since a purely numeric lot can lose its zeros."""

_LONGEST_LOCATION_EXTENSION = 20
_LONGEST_GIAI = 30
_GTIN_LENGTHS = (8, 12, 13, 14)
_SERIAL_DIGITS = 12
_PREFIX_LENGTHS = range(7, 11)
_SSCC_DIGITS = 16  # without extension and check digit


class CodeWrong(ValueError):
    """A code that cannot be what it claims to be; `sentence` names the words shown to the person (locale)."""

    sentence: Final = "code_wrong"


def check_digit(digits: str) -> str:
    """Give the mod-10 check digit that follows `digits` (GS1 General Specifications §7.9)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def with_check_digit(digits: str) -> str:
    """Give `digits` followed by their check digit."""
    return digits + check_digit(digits)


def gtin14(text: str) -> str:
    """Give a GTIN of 8, 12, 13 or 14 digits in its 14-digit form.

    Raises:
        CodeWrong: The length or the check digit is wrong.
    """
    return _checked("GTIN", text, _GTIN_LENGTHS).zfill(14)


def gln(text: str) -> str:
    """Give a global location number back, 13 digits.

    Raises:
        CodeWrong: The length or the check digit is wrong.
    """
    return _checked("GLN", text, (13,))


def sscc(text: str) -> str:
    """Give a serial shipping container code back, 18 digits.

    Raises:
        CodeWrong: The length or the check digit is wrong.
    """
    return _checked("SSCC", text, (18,))


def pallet_code(extension: int, company_prefix: str, gateway_number: int, count: int) -> str:
    """Give the SSCC of a new logistic unit: extension digit, prefix, serial, check digit.

    The serial begins with the gateway's number, so that two gateways of a house never give the same one; what is left
    of it, 5 to 8 digits by the length of the prefix, counts.

    Raises:
        CodeWrong: The prefix is not 7 to 10 digits.
        ValueError: No number is left under this extension digit, or a digit is none.
    """
    if not (company_prefix.isascii() and company_prefix.isdigit() and len(company_prefix) in _PREFIX_LENGTHS):
        raise CodeWrong(f"company prefix {company_prefix!r}: must be 7 to 10 digits")
    serial = _count(count, _SSCC_DIGITS - len(company_prefix) - 1)
    return with_check_digit(f"{_count(extension, 1)}{company_prefix}{_count(gateway_number, 1)}{serial}")


def plain_pallet_code(gateway_number: int, count: int) -> str:
    """Give the number of a pallet in a house without a company prefix: 12 digits, the first the gateway's.

    Raises:
        ValueError: No number is left.
    """
    return f"{_count(gateway_number, 1)}{_count(count, 11)}"


def pallet_codes(company_prefix: str) -> int:
    """Say how many logistic units one gateway can number under one extension digit."""
    return int(10 ** (_SSCC_DIGITS - len(company_prefix) - 1))


def giai(company_prefix: str, reference: str) -> str:
    """Give the global individual asset identifier (AI 8004) of one of our devices: prefix and own reference.

    Raises:
        CodeWrong: It is longer than 30 signs or has signs outside GS1 set 82.
    """
    return _text("GIAI", company_prefix + reference, _LONGEST_GIAI)


def location_extension(text: str) -> str:
    """Give the extension of a GLN (AI 254) back: a gate, line, room or dock.

    Raises:
        CodeWrong: It is empty, longer than 20 signs, or has signs outside GS1 set 82.
    """
    return _text("GLN extension", text, _LONGEST_LOCATION_EXTENSION)


def lot_code(text: str) -> str:
    """Give a lot code (AI 10) back.

    Raises:
        CodeWrong: It is no lot code by the house's rule.
    """
    if not LOT_CODE.fullmatch(text):
        raise CodeWrong(f"{text!r} is no lot code: 4 to 20 of A-Z, 0-9 and '-', at least one letter")
    return text


def carton_serial(day: date, gateway_number: int, count: int) -> str:
    """Give a carton's serial (AI 21): yymmdd, the gateway's number, five digits of the day's count.

    Raises:
        ValueError: More than 99,999 cartons in a day.
    """
    return f"{day:%y%m%d}{gateway_number:d}{_count(count, 5)}"


def carton_number(text: str) -> str:
    """Give a carton's serial back, 12 digits.

    Raises:
        CodeWrong: It is no serial of ours.
    """
    if not (text.isascii() and text.isdigit() and len(text) == _SERIAL_DIGITS):
        raise CodeWrong(f"carton {text!r}: must be {_SERIAL_DIGITS} digits")
    return text


def document_number(letters: str, day: date, gateway_number: int, count: int) -> str:
    """Give the number of a lot, receipt, inspection or dispatch: `H261121-0042`.

    Raises:
        ValueError: More than 999 of them in a day.
    """
    return f"{letters}{day:%y%m%d}-{gateway_number:d}{_count(count, 3)}"


def entry_id(site_uri: str, key: str) -> UUID:
    """Give the id of an entry from its business key: the same act always has the same id (domain.md §7)."""
    return uuid5(uuid5(NAMESPACE_URL, site_uri), key)


def _checked(name: str, text: str, lengths: tuple[int, ...]) -> str:
    if not (text.isascii() and text.isdigit() and len(text) in lengths):
        allowed = " or ".join(map(str, lengths))
        raise CodeWrong(f"{name} {text!r}: must be {allowed} digits")
    if text[-1] != check_digit(text[:-1]):
        raise CodeWrong(f"{name} {text}: wrong check digit, should be {check_digit(text[:-1])}")
    return text


def _text(name: str, text: str, longest: int) -> str:
    if not 1 <= len(text) <= longest or not CHARACTERS_82.issuperset(text):
        raise CodeWrong(f"{name} {text!r}: must be 1 to {longest} signs of GS1 set 82")
    return text


def _count(count: int, digits: int) -> str:
    if not 0 <= count < 10**digits:
        raise ValueError(f"count {count} does not fit {digits} digits")
    return f"{count:0{digits}d}"
