"""A load becomes a carton: judged by the product and by what the lot has left, numbered, labelled."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from gateway.acts import Carton, StampsBound, Tolerance, Weighing
from gateway.errors import Refused
from gateway.gs1.digital_link import carton_uri
from gateway.locale.shown import LOCAL
from gateway.lot import LotBook
from gateway.record.doer import Doer, Said
from gateway.record.goods import carton_of, exportable, usable
from gateway.record.quality import gone
from gateway.registers import Product
from gateway.site import Site
from gateway.station import PrinterId

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PackingRules:
    """How a station packs: the share by which more may come out of a lot than went in, and what it prints on.

    `hold` refuses what is off the product's target; `inspected` packs inspected lots only.
    """

    balance_tolerance: Decimal
    hold: bool
    inspected: bool
    printer: str | None = None
    template: str | None = None


def product_of(who: Doer, book: LotBook) -> Product:
    """Give what the register says of a lot's product.

    Raises:
        Refused: It is in the register no more.
    """
    product = who.house.registers.product.get(book.lot.product)
    if product is None:
        raise Refused("product_gone")
    return product


def packable(who: Doer, book: LotBook, rules: PackingRules) -> Product:
    """See that cartons may be packed from a lot now, and give its product.

    Raises:
        Refused: The lot may not be worked on, is to be graded first, or its export labels may not be printed.
    """
    usable(book, inspected=rules.inspected)
    product = product_of(who, book)
    if product.grade and book.lot.grade is None:
        raise Refused("lot_ungraded", lot=book.lot.code)
    exportable(who.house, book)
    return product


async def pack(who: Doer, book: LotBook, weighing: Weighing, rules: PackingRules) -> Carton:
    """Judge, number and keep one carton; its time is the weighing's.

    Raises:
        Refused: The load is outside the product's limits or target, more than the lot has left, or fits no label.
    """
    product = packable(who, book, rules)
    tolerance = judge(weighing.net, product, book, rules)
    day = weighing.at.astimezone(LOCAL).date()
    serial = await who.house.journal.counters.carton(day)
    best_before = day + timedelta(days=product.shelf_life_days) if product.shelf_life_days else None
    carton = Carton(
        gtin=product.gtin_carton,
        serial=serial,
        lot=book.lot,
        weighing=replace(weighing, tolerance=tolerance),
        product_name=product.name.vi,
        variety=product.variety,
        packed_on=day,
        best_before=best_before,
        facility=who.house.site.facility,
        label_uri="",
        printer=PrinterId(rules.printer) if rules.printer else None,
        template=rules.template,
    )
    carton = with_uri(who.house.site, carton)
    await who.keep([(carton, weighing.at)])
    return carton


def with_uri(site: Site, carton: Carton) -> Carton:
    """Give the carton with what its QR says.

    Raises:
        Refused: Its weight fits no label.
    """
    try:
        uri = carton_uri(
            site.domain,
            carton.gtin,
            carton.lot.code,
            carton.serial,
            net=carton.weighing.net,
            packed_on=carton.packed_on,
            best_before=carton.best_before,
        )
    except ValueError as error:
        log.error("carton %s: %s", carton.serial, error)
        raise Refused("weight_unfit") from error
    return replace(carton, label_uri=uri)


def judge(net: Decimal, product: Product, book: LotBook, rules: PackingRules) -> Tolerance | None:
    """Say how the net mass stands to the product's target.

    Raises:
        Refused: It is outside the limits, off target while the station holds such loads, or more than is left.
    """
    within_limits(net, product)
    if net > book.left_kg + book.received_kg * rules.balance_tolerance:
        raise Refused("balance", kg=f"{net - book.left_kg:f}")
    if product.target_kg is None:
        return None
    if net < product.target_kg - product.under_kg:
        return _off_target("under", product.target_kg - net, product.target_kg, rules)
    if net > product.target_kg + product.over_kg:
        return _off_target("over", net - product.target_kg, product.target_kg, rules)
    return "good"


def within_limits(net: Decimal, product: Product) -> None:
    """See that a carton's net mass is one of the product's.

    Raises:
        Refused: It is nothing, too light or too heavy.
    """
    if net <= 0:
        raise Refused("bad_net")
    if net < product.min_kg:
        raise Refused("too_light", min=str(product.min_kg))
    if net > product.max_kg:
        raise Refused("too_heavy", max=str(product.max_kg))


def _off_target(how: Tolerance, by: Decimal, target: Decimal, rules: PackingRules) -> Tolerance:
    if rules.hold:
        raise Refused(how, d=str(by), kg=str(target))
    return how


def used_up(book: LotBook, product: Product, tolerance: Decimal) -> bool:
    """Say whether no further carton can come of a lot: what is left is within tolerance and below a carton."""
    return book.left_kg < product.min_kg and book.left_kg <= book.received_kg * tolerance


async def bind_stamps(who: Doer, serial: str, stamps: tuple[str, ...]) -> Said:
    """Bind official stamps to a carton.

    Raises:
        Refused: The carton is none of ours, void or gone, or a stamp is on another carton.
    """
    carton = await carton_of(who.house, serial)
    if carton.state == "dispatched":
        raise await gone(who, carton.dispatch)
    if carton.state != "packed":
        raise Refused("carton_void")
    for stamp in stamps:
        other = await who.house.journal.stamp_of(stamp)
        if other is not None and other != serial:
            raise Refused("stamp_used")
        if other == serial or stamps.count(stamp) > 1:
            raise Refused("repeat")
    n = await who.count("stamp")
    await who.keep([(StampsBound(carton.carton.gtin, serial, stamps, n, who.by), who.at)])
    return Said("stamps_bound", {"n": str(len(stamps)), "serial": serial})
