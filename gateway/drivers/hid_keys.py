"""What a scanner types that pretends to be a keyboard: from key codes to codes, on a US layout and nothing else."""

from typing import Final

DOWN: Final = 1
LONGEST_GAP_S: Final = 0.5
"""A scanner types a whole code in less; who pauses longer is a person, or the end was lost."""

LONGEST_CODE: Final = 4096

_SHIFTS: Final = (42, 54)
_CONTROLS: Final = (29, 97)
_CAPS_LOCK: Final = 58
_ENDS: Final = (28, 96)
_TAB: Final = 15
_ROWS: Final = {
    2: ("1234567890-=", "!@#$%^&*()_+"),
    16: ("qwertyuiop[]", "QWERTYUIOP{}"),
    30: ("asdfghjkl;'`", 'ASDFGHJKL:"~'),
    43: ("\\zxcvbnm,./", "|ZXCVBNM<>?"),
    57: (" ", " "),
}
_KEYPAD: Final = {
    55: "*",
    71: "7",
    72: "8",
    73: "9",
    74: "-",
    75: "4",
    76: "5",
    77: "6",
    78: "+",
    79: "1",
    80: "2",
    81: "3",
    82: "0",
    83: ".",
    98: "/",
}
KEYS: Final[dict[int, tuple[str, str]]] = {
    first + place: (plain, shifted)
    for first, (row, over) in _ROWS.items()
    for place, (plain, shifted) in enumerate(zip(row, over, strict=True))
} | {key: (sign, sign) for key, sign in _KEYPAD.items()}
"""By key code: the sign alone, and with Shift. Source: Linux input-event-codes.h, US layout."""


class HidKeys:
    """One keyboard's state; a new one after each reconnect, so that no Shift stays pressed."""

    def __init__(self) -> None:
        self._typed = ""
        self._held: set[int] = set()
        self._caps = False
        self._last_at = float("-inf")
        self._dropping = False

    def press(self, key: int, value: int, at: float) -> str | None:
        """Take one key event (`value` 1 down, 0 up, 2 repeat; `at` in seconds); give the code it ends, if it does."""
        if key in (*_SHIFTS, *_CONTROLS):
            (self._held.add if value else self._held.discard)(key)
            return None
        if value != DOWN:
            return None
        if at - self._last_at > LONGEST_GAP_S:
            self._typed, self._dropping = "", False
        self._last_at = at
        if key == _CAPS_LOCK:
            self._caps = not self._caps
            return None
        if key in _ENDS:
            code, self._typed = self._typed, ""
            dropped, self._dropping = self._dropping, False
            return code if code and not dropped else None
        sign = self._sign(key)
        if sign is None:
            self._dropping = True  # a key that is no part of any code: another layout, or Alt and numbers
        else:
            self._typed += sign
        if len(self._typed) > LONGEST_CODE:
            self._typed, self._dropping = "", True
        return None

    def _sign(self, key: int) -> str | None:
        if key == _TAB:
            return "\t"
        if key not in KEYS:
            return None
        plain, shifted = KEYS[key]
        if any(control in self._held for control in _CONTROLS):
            # Control characters come as Ctrl and a letter: GS (1D) is Ctrl+].
            return chr(ord(plain.upper()) & 0x1F) if plain.isalpha() or plain in "[]\\" else None
        over = any(shift in self._held for shift in _SHIFTS) != (self._caps and plain.isalpha())
        return shifted if over else plain
