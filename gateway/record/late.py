"""Weighings written on a numbered paper form while no machine took them down, entered afterwards."""

from datetime import datetime
from decimal import Decimal

from gateway.acts import GateLoad, PaperForm, Weighing
from gateway.errors import Refused
from gateway.lot import OperatorId
from gateway.reading import DeviceId
from gateway.record.cartons import PackingRules, pack
from gateway.record.doer import Doer, Said

PAPER = DeviceId("paper")
"""What stands for a scale where no machine heard one."""


async def enter(
    who: Doer,
    form: str,
    *,
    at: datetime,
    weigher: str,
    lot: str,
    gross: Decimal,
    tare: Decimal,
    reason: str,
    rules: PackingRules,
) -> Said:
    """Take down one weighing, as of when it was made: a load of an open receipt, or else a carton of the lot.

    Raises:
        Refused: The form was taken down before, nobody knows the weigher or the lot, the time is before the lot was
            opened or still to come, or the weight is not one that may be.
    """
    house = who.house
    if await house.journal.form_used(form):
        raise Refused("form_used", form=form)
    if weigher not in house.registers.operator:
        raise Refused("weigher_unknown", operator=weigher)
    book = await house.known_lot(lot)
    if at < book.lot.opened_at:
        raise Refused("before_open", lot=lot)
    if at > who.at:
        raise Refused("time_ahead")
    net = gross - tare
    if net <= 0:
        raise Refused("bad_net")
    paper = PaperForm(form, at, reason, who.by)
    by = OperatorId(weigher)
    weighing = Weighing(gross, tare, net, f"{gross:f}", "kg", b"", PAPER, at, "person", by, form=paper)
    if book.state != "open":
        carton = await pack(who, book, weighing, rules)
        return Said("late_carton", {"form": form, "serial": carton.serial})
    open_receipts = await house.journal.open_receipts()
    receipt = next((one for one in open_receipts if one.lot == book.lot.code), None)
    if receipt is None:
        raise Refused("receipt_none")
    load = GateLoad(book.lot.code, receipt.receipt, receipt.loads + 1, weighing, None, 0)
    await who.keep([(load, at)])
    return Said("late_load", {"form": form, "receipt": receipt.receipt})
