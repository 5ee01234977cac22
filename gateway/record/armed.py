"""A command that waits for the code of what it is about: `CMD-VOID`, then the carton's label."""

from typing import Final

from gateway.errors import Refused
from gateway.gs1.codes import CartonCode, Code, LocalCode, LotTag, PalletCode
from gateway.lot import goods_code
from gateway.record import corrections, pallets, quality
from gateway.record.doer import Doer, Said
from gateway.record.goods import code_scanned

WAITS_S: Final = 30.0
"""How long a command waits; a code scanned later means what it always means."""

COMMANDS: Final = {
    "CMD-VOID": "armed_void",
    "CMD-REOPEN": "armed_reopen",
    "CMD-HOLD": "armed_hold",
    "CMD-RELEASE": "armed_release",
    "CMD-DESTROY": "armed_destroy",
    "CMD-UNPACK": "armed_unpack",
}
"""The commands that wait, and the sentence that says what for."""

REASONS: Final = {
    "WHY-DAMAGED": "hỏng, dập",
    "WHY-SPOILED": "thối, chín quá",
    "WHY-WEIGHT": "sai số cân",
    "WHY-LABEL": "sai nhãn, sai lô",
    "WHY-TEMPERATURE": "vượt ngưỡng nhiệt độ",
    "WHY-OTHER": "lý do khác",
}
"""Reasons on the sheet of command codes: scanned before the goods, they are written with what is done."""


class Armed:
    """The command waiting at one station, and the reason scanned for it."""

    def __init__(self) -> None:
        self.command = ""
        self._reason = ""
        self._until = float("-inf")

    def set(self, command: str, monotonic: float) -> None:
        """Let a command wait for its object."""
        self._expire(monotonic)
        self.command, self._until = command, monotonic + WAITS_S

    def because(self, reason: str, monotonic: float) -> None:
        """Note why; the command waits anew."""
        self._expire(monotonic)
        self._reason, self._until = reason, monotonic + WAITS_S

    def drop(self) -> None:
        """Let nothing wait any more."""
        self.command = self._reason = ""

    def take(self, monotonic: float) -> tuple[str, str]:
        """Give the command that waits (none: empty) and its reason, and let it go."""
        self._expire(monotonic)
        command, reason = self.command, self._reason or "scan"
        self.drop()
        return command, reason

    def _expire(self, monotonic: float) -> None:
        if monotonic > self._until:
            self.drop()


async def carry_out(who: Doer, command: str, reason: str, code: Code) -> Said:
    """Do what a command says to what a code names.

    Raises:
        Refused: The code names something else than the command is about, or the rules do not allow it.
    """
    match command, code:
        case "CMD-VOID", CartonCode(serial=serial):
            return await corrections.void(who, serial, reason)
        case "CMD-VOID", LocalCode(text=text):
            return await corrections.void(who, text, reason)
        case "CMD-REOPEN", LotTag(lot=lot):
            return await corrections.reopen(who, lot, reason)
        case "CMD-HOLD", LotTag() | PalletCode():
            return await quality.hold(who, goods_code(code_scanned(code)), reason)
        case "CMD-RELEASE", LotTag() | PalletCode():
            return await quality.release(who, goods_code(code_scanned(code)), reason)
        case "CMD-DESTROY", LotTag() | PalletCode():
            return await quality.destroy(who, goods_code(code_scanned(code)), None, reason)
        case "CMD-UNPACK", PalletCode(sscc=sscc):
            return await pallets.take_apart(who, sscc, (), reason)
    raise Refused("code_not_here")
