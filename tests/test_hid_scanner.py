"""A scanner that types: the key map, Shift and Ctrl, lost ends, and a device that is grabbed and pulled out."""

import errno
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.drivers.hid_keys import KEYS, LONGEST_CODE, HidKeys
from gateway.drivers.hid_scanner import HidScanner, scans
from gateway.errors import PortLost
from gateway.reading import Link, Scan

SHIFT, CTRL, CAPS, ENTER = 42, 29, 58, 28
KEY_OF = {sign: (key, shifted) for key, signs in reversed(KEYS.items()) for shifted, sign in enumerate(signs)}


def typed(text: str) -> list[tuple[int, int]]:
    """Give the key events of a scanner that types `text` and Enter."""
    events: list[tuple[int, int]] = []
    for sign in text:
        if sign < " ":
            events += [(CTRL, 1), *pressed(KEY_OF[chr(ord(sign) | 0x40).lower()][0]), (CTRL, 0)]
            continue
        key, shifted = KEY_OF[sign]
        events += [(SHIFT, 1), *pressed(key), (SHIFT, 0)] if shifted else pressed(key)
    return [*events, *pressed(ENTER)]


def pressed(key: int) -> list[tuple[int, int]]:
    return [(key, 1), (key, 0)]


def read(events: list[tuple[int, int]], keys: HidKeys | None = None, *, every_s: float = 0.002) -> list[str]:
    keys = keys or HidKeys()
    found = [keys.press(key, value, at * every_s) for at, (key, value) in enumerate(events)]
    return [code for code in found if code is not None]


@pytest.mark.parametrize(
    "code",
    [
        "https://trace.example.com/01/09521234000013/10/H261121-0001?17=271231",
        "OP-07",
        "ab\\CD|'\"`~{}[]<>,.;:!@#$%^&*()_+-=? /",
        "0109521234000013\x1d10H261121",
    ],
)
def test_code_arrives_as_it_was_printed(code: str) -> None:
    assert read(typed(code)) == [code]


@given(code=st.text(alphabet=sorted(KEY_OF), min_size=1, max_size=40))
def test_whatever_a_us_keyboard_can_type_arrives(code: str) -> None:
    assert read(typed(code)) == [code]


def test_quote_needs_shift() -> None:
    assert KEYS[40] == ("'", '"')


def test_caps_lock_turns_letters_over_and_nothing_else() -> None:
    assert read([*pressed(CAPS), *typed("Op-07")]) == ["oP-07"]


def test_repeated_keys_and_releases_type_nothing() -> None:
    assert read([(16, 1), (16, 2), (16, 2), (16, 0), *pressed(ENTER)]) == ["q"]


def test_code_with_a_key_that_is_no_sign_is_dropped_whole() -> None:
    assert read([*pressed(16), *pressed(59), *typed("x"), *typed("OP-07")]) == ["OP-07"]


def test_pause_in_a_code_means_its_end_was_lost() -> None:
    keys = HidKeys()
    keys.press(16, 1, 0.0)
    assert keys.press(17, 1, 0.6) is None
    assert keys.press(ENTER, 1, 0.61) == "w"


def test_flood_keeps_memory_small_and_drops_what_it_was() -> None:
    keys = HidKeys()
    assert read([(16, 1)] * (3 * LONGEST_CODE) + typed("y"), keys, every_s=0.0) == []
    assert read(typed("OP-07"), keys, every_s=0.0) == ["OP-07"]


@given(events=st.lists(st.tuples(st.integers(0, 300), st.integers(-1, 3)), max_size=200))
def test_any_keys_are_codes_or_nothing(events: list[tuple[int, int]]) -> None:
    for code in read(events):
        assert 0 < len(code) <= LONGEST_CODE


@dataclass
class Pressed:
    type: int
    code: int
    value: int


class Keyboard:
    """An input device as evdev gives it."""

    def __init__(self, *events: tuple[int, int], grabbed: bool = False) -> None:
        self.log: list[str] = []
        self._events = events
        self._grabbed = grabbed

    def grab(self) -> None:
        if self._grabbed:
            raise OSError(errno.EBUSY, "busy")
        self.log.append("grab")

    def ungrab(self) -> None:
        self.log.append("ungrab")

    def close(self) -> None:
        self.log.append("close")

    async def async_read_loop(self) -> AsyncIterator[Pressed]:
        for code, value in self._events:
            yield Pressed(0, 0, 0)  # EV_SYN
            yield Pressed(1, code, value)
        raise OSError(errno.ENODEV, "no such device")


async def test_scanner_is_grabbed_read_and_let_go_when_it_is_pulled_out() -> None:
    keyboard = Keyboard(*typed("]C1" + "0109521234000013"))
    found = []
    with pytest.raises(PortLost, match="/dev/input/x: was unplugged"):  # noqa: PT012 - what came before the end counts too
        async with aclosing(scans("/dev/input/x", lambda _: keyboard, aim=True)) as values:
            async for value in values:
                found.append(value)
    assert found == [Link(up=True), Scan("0109521234000013", "]C1", b"]C10109521234000013")]
    assert keyboard.log == ["grab", "ungrab", "close"]


async def test_scanner_that_another_program_has_says_so() -> None:
    with pytest.raises(PortLost, match="another program has grabbed it"):
        await anext(scans("/dev/input/x", lambda _: Keyboard(grabbed=True), aim=False))


async def test_scanner_that_is_not_there_says_so() -> None:
    def missing(_: str) -> Keyboard:
        raise FileNotFoundError(errno.ENOENT, "no such file")

    with pytest.raises(PortLost, match="is it plugged in"):
        await anext(scans("/dev/input/x", missing, aim=False))


async def test_missing_extra_is_named() -> None:
    table = HidScanner.model_validate({"driver": "hid_scanner", "input": "/dev/input/by-id/none-event-kbd"})
    with pytest.raises(PortLost, match=r"extra 'hid'|is it plugged in"):
        await anext(table.talk())


def test_number_that_changes_is_no_name() -> None:
    with pytest.raises(ValueError, match="/dev/input/by-id"):
        HidScanner.model_validate({"driver": "hid_scanner", "input": "/dev/input/event3"})
