"""One step back, one step forward, and the tree between them."""

from collections.abc import Iterator
from decimal import Decimal

from gateway.journal.reader import CartonsRow, DispatchRow, LotRow
from gateway.locale import shown
from gateway.locale.traced import Words, words
from gateway.trace.account import Balance, Node, Party
from gateway.trace.lineage import Lineage
from gateway.trace.premises import Premises
from gateway.trace.stages import same
from gateway.trace.stays import Stood

GONE = "left"
"""The state of a dispatch that left and was not called back."""


def before(line: Lineage, premises: Premises) -> tuple[Party, ...]:
    """Give the farms everything came from, each with its growing area."""
    return tuple(
        Party(
            name=_farm(lot, premises),
            code=lot.code,
            detail=(
                same(lot.area or "–"),
                Words(f"thu hoạch {_days(lot)}", f"harvested {_days(lot)}"),
                *((same(lot.province),) if lot.province else ()),
            ),
            kg=lot.received,
            at=lot.opened_at,
        )
        for lot in line.harvested
    )


def after(line: Lineage, premises: Premises, standing: list[Stood]) -> tuple[Party, ...]:
    """Give the customers it went to, and what is still in the house."""
    gone = [one for one in line.dispatches.values() if one.state == GONE]
    parties = [party for one in gone if (party := _customer(one, line)) is not None]
    here = _still_here(line)
    if here is not None:
        cartons, kg = here
        rooms = list(dict.fromkeys(premises.room_name(one.room) for one in standing if one.inside))
        where = words("in_room", room=", ".join(rooms)) if rooms else words("nowhere")
        parties.append(Party(words("still_here"), "", (where,), kg, cartons))
    return tuple(parties)


def _customer(dispatch: DispatchRow, line: Lineage) -> Party | None:
    cartons, kg = share(dispatch.number, line)
    if not cartons and not kg and line.subject.kind != "pallet":
        return None
    detail = [same(f"{dispatch.number} · {shown.moment(dispatch.at)}")]
    if dispatch.market:
        market = words("market")
        detail.append(Words(f"{market.vi} {dispatch.market}", f"{market.en} {dispatch.market}"))
    if dispatch.customer_address:
        detail.append(same(dispatch.customer_address))
    return Party(
        same(f"{dispatch.customer} · {dispatch.customer_name}"),
        dispatch.number,
        tuple(detail),
        kg,
        cartons,
        dispatch.at,
    )


def share(number: str, line: Lineage) -> tuple[int, Decimal]:
    """Give how many cartons and kg of what was asked for left with a dispatch."""
    if line.carton is not None:
        one = line.carton
        return (1, one.kg) if one.dispatch == number else (0, Decimal())
    groups = [group for groups in line.cartons.values() for group in groups if group.dispatch == number]
    return sum(group.count for group in groups), sum((group.kg for group in groups), Decimal())


def _still_here(line: Lineage) -> tuple[int, Decimal] | None:
    """Give cartons and kg that are in the house; None when nothing is."""
    if line.carton is not None:
        return (1, line.carton.kg) if line.carton.state == "packed" else None
    groups = [group for groups in line.cartons.values() for group in groups if group.state == "packed"]
    cartons, kg = sum(group.count for group in groups), sum((group.kg for group in groups), Decimal())
    if line.subject.kind == "lot":
        kg += sum((lot.left for lot in map(line.lots.__getitem__, line.cartons) if lot.state != "closed"), Decimal())
    return (cartons, kg) if cartons or kg > 0 else None


def _farm(lot: LotRow, premises: Premises) -> Words:
    name = premises.farm(lot.farm) if lot.farm else None
    return same(f"{lot.farm} · {name}" if name else lot.farm or "–")


def _days(lot: LotRow) -> str:
    first, last = lot.harvested_from, lot.harvested_to
    return shown.day(last) if first == last else f"{first.day:02d}–{shown.day(last)}"


def tree(line: Lineage, premises: Premises) -> tuple[Node, ...]:
    """Give the tree, farm first, each branch before the next."""
    nodes: list[Node] = []
    for lot in line.harvested:
        nodes.append(Node(0, "farm", lot.farm or "", _farm(lot, premises), None))
        nodes += _lot(lot, 1, line, premises)
    return tuple(nodes)


def _lot(lot: LotRow, depth: int, line: Lineage, premises: Premises) -> Iterator[Node]:
    name = premises.product(lot.product, lot.product_name)
    known = lot.product in premises.registers.product  # else what the event said names the grade itself
    grade = Words(f"{name.vi}, hạng {lot.grade}", f"{name.en}, grade {lot.grade}") if lot.grade and known else name
    asked = line.subject.code == lot.code
    kind = "graded_lot" if lot.grade else "harvest_lot"
    yield Node(depth, kind, lot.code, grade, lot.received, asked=asked)
    for child, _ in line.children.get(lot.code, ()):
        if child in line.lots:
            yield from _lot(line.lots[child], depth + 1, line, premises)
    if line.carton is not None and line.carton.lot == lot.code:
        yield from _carton(depth + 1, line)
    yield from _groups(line.cartons.get(lot.code, []), depth + 1, line)


def _carton(depth: int, line: Lineage) -> Iterator[Node]:
    carton = line.carton
    assert carton is not None
    yield Node(depth, "carton", carton.serial, words("carton"), carton.kg, 1, asked=True)
    if carton.pallet is not None:
        pallet = line.pallets.get(carton.pallet)
        yield Node(
            depth + 1, "pallet", carton.pallet, words("pallet"), pallet.net if pallet else None,
            pallet.cartons if pallet else None,
        )  # fmt: skip
    if carton.dispatch is not None and carton.dispatch in line.dispatches:
        yield _dispatch(depth + 2, line.dispatches[carton.dispatch], carton.kg, 1)


def _groups(groups: list[CartonsRow], depth: int, line: Lineage) -> Iterator[Node]:
    for group in groups:
        if group.pallet is not None:
            asked = line.subject.code == group.pallet
            yield Node(depth, "pallet", group.pallet, words("pallet"), group.kg, group.count, asked)
            if group.dispatch is not None and group.dispatch in line.dispatches:
                yield _dispatch(depth + 1, line.dispatches[group.dispatch], group.kg, group.count)
        elif group.state == "void":
            yield Node(depth, "cartons", "", words("voided"), group.kg, group.count)
        else:
            code = f"{group.first_serial} – {group.last_serial}"
            yield Node(depth, "cartons", code, words("carton"), group.kg, group.count)


def _dispatch(depth: int, dispatch: DispatchRow, kg: Decimal, cartons: int) -> Node:
    name = same(f"{dispatch.customer} · {dispatch.customer_name}")
    return Node(depth, "dispatch", dispatch.number, name, kg, cartons)


def balances(line: Lineage) -> tuple[Balance, ...]:
    """Give each lot's mass balance, exact."""
    return tuple(_balance(lot, line) for lot in line.lots.values())


def _balance(lot: LotRow, line: Lineage) -> Balance:
    outputs = tuple(line.children.get(lot.code, ()))
    out = sum((kg for _, kg in outputs), Decimal())
    return Balance(
        lot=lot.code,
        received=lot.received,
        graded=lot.graded,
        outputs=outputs,
        loss=lot.graded - out if outputs else Decimal(),
        cartons=lot.packed,
        shipped=lot.dispatched,
        thrown=lot.destroyed,
        left=lot.left,
    )
