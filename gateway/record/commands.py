"""Codes that mean the same at every station: badges, and the commands on the printed sheet."""

from typing import TYPE_CHECKING

from gateway.acts import DateConfirmed, Printout, SignedIn
from gateway.errors import Refused
from gateway.gs1.codes import Code, LocalCode
from gateway.lot import OperatorId

if TYPE_CHECKING:
    from gateway.record.desk import Desk


async def obey(desk: "Desk", code: Code) -> bool:
    """Act on a badge or a command; say whether it was one.

    Raises:
        Refused: The rules do not allow it now; nothing was done.
        JournalError: It could not be kept; nothing was done.
    """
    if not isinstance(code, LocalCode):
        return False
    if code.text in desk.house.registers.operator:
        await desk.keep(SignedIn(OperatorId(code.text), "badge"))
        desk.operator = OperatorId(code.text)
        return True
    match code.text:
        case "CMD-SIGN-OUT":
            await desk.sign_out("scan")
        case "CMD-DATE-YES":
            await desk.keep(DateConfirmed(desk.house.clock.today(), desk.operator))
        case "CMD-DATE-NO":
            raise Refused("date_wrong")
        case "CMD-LABEL-OUT" | "CMD-REPRINT" | "CMD-REPRINT-SLIP":
            await _answer(desk, came_out=code.text == "CMD-LABEL-OUT", slip=code.text == "CMD-REPRINT-SLIP")
        case "CMD-CAPTURE":
            if desk.pan is None:
                raise Refused("code_not_here")
            desk.pan.ask(desk.house.clock.monotonic())
        case _:
            return False
    return True


async def _answer(desk: "Desk", *, came_out: bool, slip: bool) -> None:
    """Say what became of the label asked about; with nothing asked, print the last one, or its slip, again."""
    facts = desk.labels.answer(came_out=came_out, slip=slip, by=desk.operator)
    await desk.keep(*facts)
    for fact in facts:
        if isinstance(fact, Printout):
            desk.label_of_last(fact.serial, fact.state)
    await desk.look_at_labels()
