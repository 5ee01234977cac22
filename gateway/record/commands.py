"""Codes that mean the same at every station: badges, and the commands on the printed sheet."""

from typing import TYPE_CHECKING

from gateway.acts import DateConfirmed, Printout, Reprint, SignedIn
from gateway.errors import Refused
from gateway.gs1.codes import Code, LocalCode
from gateway.lot import OperatorId
from gateway.record import armed
from gateway.record.doer import Said
from gateway.record.label_book import still_true

if TYPE_CHECKING:
    from gateway.record.desk import Desk


async def obey(desk: "Desk", code: Code) -> bool:
    """Act on a badge or a command, or on what a command has waited for; say whether it was one.

    Raises:
        Refused: The rules do not allow it now; nothing was done.
        JournalError: It could not be kept; nothing was done.
    """
    if not isinstance(code, LocalCode) or not _is_common(desk, code.text):
        return await _waited_for(desk, code)
    now = desk.house.clock.monotonic()
    if code.text in desk.house.registers.operator:
        await sign_in(desk, code.text)  # what waits goes on waiting: it may have waited for just this person
        return True
    if code.text in armed.COMMANDS:
        desk.armed.set(code.text, now)
        desk.say(Said(armed.COMMANDS[code.text]))
        return True
    if code.text in armed.REASONS:
        desk.armed.because(armed.REASONS[code.text], now)
        desk.say(Said("why_noted", {"why": armed.REASONS[code.text]}))
        return True
    desk.armed.drop()
    match code.text:
        case "CMD-SIGN-OUT":
            await desk.sign_out("scan")
        case "CMD-DATE-YES":
            await confirm_date(desk)
        case "CMD-DATE-NO":
            raise Refused("date_wrong")
        case "CMD-LABEL-OUT" | "CMD-REPRINT" | "CMD-REPRINT-SLIP":
            await answer(desk, came_out=code.text == "CMD-LABEL-OUT", slip=code.text == "CMD-REPRINT-SLIP")
        case "CMD-CAPTURE":
            capture(desk)
    return True


_COMMON = frozenset(
    {
        *("CMD-SIGN-OUT", "CMD-DATE-YES", "CMD-DATE-NO", "CMD-LABEL-OUT", "CMD-REPRINT", "CMD-REPRINT-SLIP"),
        *("CMD-CAPTURE", "CMD-BACK"),
    }
)


def _is_common(desk: "Desk", text: str) -> bool:
    return text in _COMMON or text in armed.COMMANDS or text in armed.REASONS or text in desk.house.registers.operator


async def _waited_for(desk: "Desk", code: Code) -> bool:
    command, reason = desk.armed.take(desk.house.clock.monotonic())
    if not command:
        return False
    desk.say(await armed.carry_out(desk.doer(), command, reason, code))
    await desk.look_at_labels()
    return True


async def sign_in(desk: "Desk", badge: str) -> None:
    """Let somebody be at the station from now on.

    Raises:
        Refused: Nobody has that badge.
    """
    if badge not in desk.house.registers.operator:
        raise Refused("code_unknown")
    await desk.keep(SignedIn(OperatorId(badge), "badge"))
    desk.operator = OperatorId(badge)


async def confirm_date(desk: "Desk") -> None:
    """Take the date of now for the right one, until the boot ends."""
    await desk.keep(DateConfirmed(desk.house.clock.today(), desk.operator))


def capture(desk: "Desk") -> None:
    """Capture the load on the station's scale as soon as it rests.

    Raises:
        Refused: The station has no scale.
    """
    if desk.pan is None:
        raise Refused("code_not_here")
    desk.pan.ask(desk.house.clock.monotonic())


async def answer(desk: "Desk", *, came_out: bool, slip: bool = False) -> None:
    """Say what became of the label asked about; with nothing asked, print the last one, or its slip, again.

    Raises:
        Refused: Nothing is asked, and there is no label to print again, or it is still on its way, or what it says is
            not so any more.
    """
    facts = [
        fact
        for fact in desk.labels.answer(came_out=came_out, slip=slip, by=desk.operator)
        if not isinstance(fact, Reprint) or await still_true(desk.house.journal, fact.of)
    ]
    if not facts:
        raise Refused("label_void")
    await desk.keep(*facts)
    for fact in facts:
        if isinstance(fact, Printout):
            desk.label_of_last(fact.serial, fact.state)
    await desk.look_at_labels()
