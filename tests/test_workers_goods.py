"""Workers of inspection, pallets and dock decide from the display alone; displays in, acts out."""

import pytest

from firmware_mock.workers.dock import LOADED, NO_PLATE, Loader
from firmware_mock.workers.doing import (
    ACCEPT,
    CLOSE_PALLET,
    DISPATCH,
    LABEL_OUT,
    PAPER_TIME_S,
    REPRINT,
    Dispatched,
    Inspected,
    Moved,
    Palletised,
    Scan,
    Stacked,
)
from firmware_mock.workers.door import DoorWorker
from firmware_mock.workers.inspection import RECORDED, Inspector
from firmware_mock.workers.palletising import HERE, Palletiser
from firmware_mock.workers.shown import Asked, Shown, goods_on, read_line
from gateway.locale import sentence

LOT = "H261121-0001"
TAG = f"https://id.example.vn/01/99521234000016/10/{LOT}?3102=010000"
SSCCS = ("095212340000000019", "095212340000000026")
PALLETS = tuple(f"https://id.example.vn/00/{sscc}" for sscc in SSCCS)
CARTONS = tuple(f"https://id.example.vn/01/99521234000054/10/{LOT}/21/S{n}?13=261121" for n in (1, 2, 3))
DISPATCH_NUMBER = "X261121-1001"
VEHICLE, SEAL, CUSTOMER = "VEHICLE:51C-000.01", "SEAL:VN000001", "KH-0001"


def shown(state: str, said: str = "", *, lot: str | None = None, asked: Asked | None = None, **values: str) -> Shown:
    """A display that says a sentence of the gateway's own."""
    first, second = sentence(said, **values).vi if said else ("", "")
    return Shown("here", state, first, lot=lot, asked=asked, hint=second)


def recorded(lot: str) -> Shown:
    """The inspection's display once a result is kept: no lot is chosen any more."""
    first, second = sentence("inspected_accepted", lot=lot).vi
    return Shown("here", "no_lot", first, hint=second)


class Hand:
    """A worker who does at once what the look says; time passes by a second a look."""

    def __init__(self, worker: Inspector | Palletiser | Loader) -> None:
        self.worker = worker
        self.now = 100.0
        self.notes: list[object] = []

    def see(self, display: Shown, after_s: float = 1.0) -> str | None:
        self.now += after_s
        look = self.worker.look(display, self.now)
        self.notes += look.notes
        self.worker = look.worker if look.after is None else look.after
        assert look.act is None or isinstance(look.act, Scan)
        return look.act.code if look.act else None


def palletiser(cartons: int = 2, *, most: int = 2) -> Hand:
    return Hand(Palletiser("OP-09", most, waiting=CARTONS[:cartons]))


def stack(hand: Hand, number: int) -> None:
    assert hand.see(shown("no_lot" if number == 1 else "ready", "pallet_none")) == CARTONS[number - 1]


# inspection


def test_a_lot_is_inspected_by_its_tag_and_the_result() -> None:
    hand = Hand(Inspector("OP-05").add(TAG))
    assert hand.see(shown("no_operator")) == "OP-05"
    assert hand.see(shown("no_lot", "inspect_no_lot")) == TAG
    assert hand.see(shown("ready", "inspect_result", lot=LOT)) == ACCEPT
    assert hand.see(recorded(LOT)) is None
    assert hand.notes == [Inspected(LOT, 1)]


def test_a_result_said_into_the_dark_is_said_again_and_counted() -> None:
    hand = Hand(Inspector("OP-05").add(TAG))
    hand.see(shown("no_lot", "inspect_no_lot"))
    hand.see(shown("ready", "inspect_result", lot=LOT))
    assert hand.see(shown("no_lot", "inspect_no_lot")) == TAG
    assert hand.see(shown("ready", "inspect_result", lot=LOT)) == ACCEPT
    hand.see(recorded(LOT))
    assert hand.notes == [Inspected(LOT, 2)]


# pallets


def test_a_pallet_from_the_first_carton_to_its_label() -> None:
    hand = palletiser()
    stack(hand, 1)
    assert hand.see(shown("ready", "carton_on", serial="S1", n="1")) == CARTONS[1]
    assert hand.see(shown("ready", "carton_on", serial="S2", n="2")) == CLOSE_PALLET
    assert hand.see(shown("no_lot", "pallet_closed", n="2", kg="20.04")) is None, "the label first"
    hand.worker = hand.worker.take_label((PALLETS[0], "(00)" + SSCCS[0]))
    assert hand.see(shown("no_lot", "pallet_none")) is None
    assert hand.notes == [Stacked("S1"), Stacked("S2"), Palletised(SSCCS[0], PALLETS[0], ("S1", "S2"))]


def test_killed_after_a_carton_was_on_disk_it_is_scanned_again_and_known_to_be_there() -> None:
    hand = palletiser()
    stack(hand, 1)
    assert hand.see(shown("ready", "pallet_ready")) == CARTONS[0], "nobody said that it is on"
    assert hand.notes == []
    assert hand.see(shown("refused", "carton_here", serial="S1")) == CARTONS[1]
    assert hand.notes == [Stacked("S1")]


def test_a_carton_on_another_pallet_is_not_taken_for_stacked() -> None:
    hand = palletiser()
    stack(hand, 1)
    hand.see(shown("refused", "carton_on_pallet"))
    hand.see(shown("refused", "carton_not_on", serial="S1"))
    assert hand.notes == []


@pytest.mark.parametrize("on_disk", [False, True])
def test_killed_while_the_pallet_was_closed(on_disk: bool) -> None:
    hand = palletiser()
    stack(hand, 1)
    hand.see(shown("ready", "carton_on", serial="S1", n="1"))
    assert hand.see(shown("ready", "carton_on", serial="S2", n="2")) == CLOSE_PALLET
    again = hand.see(shown("no_lot", "pallet_none") if on_disk else shown("ready", "pallet_ready"))
    assert again == (None if on_disk else CLOSE_PALLET)


@pytest.mark.parametrize(("came_out", "answer"), [(True, LABEL_OUT), (False, REPRINT)])
def test_a_question_about_a_pallets_label_is_answered_from_what_is_in_hand(came_out: bool, answer: str) -> None:
    hand = palletiser()
    stack(hand, 1)
    hand.see(shown("ready", "carton_on", serial="S1", n="1"))
    hand.see(shown("ready", "carton_on", serial="S2", n="2"))
    if came_out:
        hand.worker = hand.worker.take_label((PALLETS[0],))
    asking = shown("print_unknown", asked=Asked("j", SSCCS[0]))
    acts = [hand.see(asking), hand.see(asking, PAPER_TIME_S)]
    assert next(act for act in acts if act) == answer


def test_the_last_pallet_is_closed_short_when_nothing_else_will_come() -> None:
    hand = Hand(Palletiser("OP-09", 9, waiting=CARTONS[:1], no_more=True))
    stack(hand, 1)
    assert hand.see(shown("ready", "carton_on", serial="S1", n="1")) == CLOSE_PALLET
    hand.see(shown("no_lot", "pallet_closed", n="1", kg="10.02"))
    hand.worker = hand.worker.take_label((PALLETS[0],))
    hand.see(shown("no_lot", "pallet_none"))
    assert hand.worker.done


# the dock


def at_dock(pallets: int = 2) -> Hand:
    hand = Hand(Loader("OP-04", CUSTOMER, VEHICLE, SEAL, pallets=PALLETS[:pallets]))
    assert hand.see(shown("no_lot", "dock_none")) == CUSTOMER
    assert hand.see(shown("ready", "dispatch_opened", dispatch=DISPATCH_NUMBER)) == VEHICLE
    assert hand.see(shown("ready", "dispatch_opened", dispatch=DISPATCH_NUMBER)) == SEAL
    return hand


def test_a_vehicle_from_the_customers_card_to_its_leaving() -> None:
    hand = at_dock()
    assert hand.see(shown("ready", "dispatch_opened", dispatch=DISPATCH_NUMBER)) == PALLETS[0]
    assert hand.see(shown("ready", "pallet_ok")) == VEHICLE, "so that the display says something else in between"
    assert hand.see(shown("ready", "dispatch_opened", dispatch=DISPATCH_NUMBER)) == PALLETS[1]
    assert hand.see(shown("ready", "pallet_unconfirmed")) == DISPATCH
    assert hand.see(shown("no_lot", "dispatch_left", dispatch=DISPATCH_NUMBER, n="2")) is None
    assert hand.notes == [Dispatched(DISPATCH_NUMBER, SSCCS)]


def test_what_was_said_of_one_pallet_is_never_taken_for_another() -> None:
    hand = at_dock()
    hand.see(shown("ready", "dispatch_opened", dispatch=DISPATCH_NUMBER))
    hand.see(shown("ready", "pallet_ok"))
    assert hand.see(shown("ready", "pallet_ok")) == VEHICLE
    assert isinstance(hand.worker, Loader)
    assert hand.worker.on == PALLETS[:1]


def test_killed_after_a_pallet_was_loaded_it_is_scanned_again_and_known_to_be_on() -> None:
    hand = at_dock()
    hand.see(shown("ready", "dispatch_opened", dispatch=DISPATCH_NUMBER))
    assert hand.see(shown("ready", "dock_ready")) == PALLETS[0]
    assert hand.see(shown("refused", "goods_loaded", dispatch=DISPATCH_NUMBER)) == VEHICLE
    assert isinstance(hand.worker, Loader)
    assert hand.worker.on == PALLETS[:1]


def test_a_pallet_that_may_not_leave_is_tried_again_and_never_taken_for_loaded() -> None:
    hand = at_dock()
    hand.see(shown("ready", "dispatch_opened", dispatch=DISPATCH_NUMBER))
    assert hand.see(shown("refused", "pallet_not_ok", why="vượt ngưỡng chưa xử lý")) == PALLETS[0]
    assert isinstance(hand.worker, Loader)
    assert hand.worker.on == ()


def test_a_plate_the_gateway_never_got_is_scanned_again() -> None:
    hand = Hand(Loader("OP-04", CUSTOMER, VEHICLE, SEAL, on=PALLETS, leaving=True))
    assert hand.see(shown("refused", "dispatch_plate", dispatch=DISPATCH_NUMBER)) == VEHICLE
    assert hand.see(shown("ready", "dispatch_opened", dispatch=DISPATCH_NUMBER)) == SEAL
    assert hand.see(shown("ready", "dispatch_opened", dispatch=DISPATCH_NUMBER)) == DISPATCH


# the door


def test_a_pallet_goes_through_the_door_by_its_label() -> None:
    worker = DoorWorker("OP-03", "cold-room-1", "in").add(PALLETS[0])
    assert worker.look(Shown("door-in", "ready"), frozenset()).act == Scan(PALLETS[0])
    assert worker.look(Shown("door-in", "ready"), frozenset({SSCCS[0]})).notes == (
        Moved(SSCCS[0], "cold-room-1", "in"),
    )


# reading


def test_the_words_the_workers_look_for_are_those_the_gateway_says() -> None:
    assert sentence("inspected_accepted", lot=LOT).vi[0].startswith(RECORDED)
    assert HERE in sentence("carton_here", serial="S1").vi[0]
    assert HERE not in sentence("carton_not_on", serial="S1").vi[0]
    for said in ("pallet_ok", "pallet_unconfirmed", "goods_loaded"):
        assert sentence(said, dispatch=DISPATCH_NUMBER).vi[0].startswith(LOADED)
    for said in ("pallet_not_ok", "pallet_gone", "goods_not_on"):
        words = sentence(said, why="…", date="…", dispatch=DISPATCH_NUMBER).vi[0]
        assert not words.startswith(LOADED)
    assert sentence("dispatch_plate", dispatch=DISPATCH_NUMBER).vi[0] == NO_PLATE


def test_goods_are_read_from_tag_and_label() -> None:
    assert goods_on(TAG) == LOT
    assert goods_on(PALLETS[0]) == SSCCS[0]
    assert goods_on("CMD-DISPATCH") == ""


def test_both_lines_of_a_display_are_read() -> None:
    line = b'{"station":"pallet","state":"ready","sentence":{"vi":["Da xep","Quet tiep"],"en":"x"}}'
    assert read_line(line) == Shown("pallet", "ready", "Da xep", hint="Quet tiep")
