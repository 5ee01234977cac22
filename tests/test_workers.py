"""Workers decide from the display and from the paper alone; a list of displays in, a list of acts out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from firmware_mock.workers.doing import (
    CLOSE_RECEIPT,
    DATE_YES,
    LABEL_OUT,
    MISSING_TIME_S,
    REPRINT,
    STUCK_TIME_S,
    Closed,
    Confirmed,
    Labelled,
    Lift,
    Look,
    Moved,
    Opened,
    Put,
    Refusal,
    Scan,
    Stranger,
    TagOut,
)
from firmware_mock.workers.door import DoorWorker
from firmware_mock.workers.gate import GateWorker, Truck
from firmware_mock.workers.packing import MOST_REPRINTS, SET_ASIDE_AFTER, Carton, Packer
from firmware_mock.workers.shown import Asked, Last, ReceiptShown, Shown, lot_on, read_line, serial_on

LOT = "H261121-0001"
TAG = f"https://id.example.vn/01/99521234000016/10/{LOT}?3102=010000"
BADGE = "OP-07"


def label(serial: str) -> tuple[str, ...]:
    return (f"https://id.example.vn/01/99521234000054/10/{LOT}/21/{serial}?13=261121",)


def last(serial: str | None, label: str = "done", kg: str = "10.02") -> Last:
    return Last(serial, LOT, kg, label)


def pack(state: str, stated: Last | None = None, *, lot: str | None = LOT, asked: Asked | None = None) -> Shown:
    return Shown("pack-1", state, lot=lot, last=stated, asked=asked)


class Hand:
    """A packing worker who does at once what the look says; time passes by a second a look."""

    def __init__(self, worker: Packer | GateWorker) -> None:
        self.worker = worker
        self.now = 100.0
        self.notes: list[object] = []

    def see(self, shown: Shown, after_s: float = 1.0) -> object:
        self.now += after_s
        look: Look = self.worker.look(shown, self.now)
        self.notes += look.notes
        self.worker = look.worker if look.after is None else look.after
        return look.act

    def paper(self, codes: tuple[str, ...]) -> None:
        self.worker = self.worker.take_label(codes)


def at_station(known: str | None = "S0") -> Hand:
    """A packer with tag and carton in hand, who saw `known` as the last serial of the past."""
    hand = Hand(Packer(BADGE))
    assert hand.see(pack("stale", last(known) if known else None)) is None
    hand.worker = replace(hand.worker, tag=TAG, carton=Carton(1, Decimal("10.02")))
    return hand


def with_next_carton(hand: Hand) -> Hand:
    hand.worker = replace(hand.worker, carton=Carton(2, Decimal("9.90")))
    return hand


def test_one_carton_from_badge_to_lift() -> None:
    hand = at_station(known=None)
    assert hand.see(pack("no_operator", lot=None)) == Scan(BADGE)
    assert hand.see(pack("no_lot", lot=None)) == Scan(TAG)
    assert hand.see(pack("ready")) == Put(Decimal("10.02"))
    assert hand.see(pack("loading")) is None
    assert hand.see(pack("stable")) is None
    assert hand.see(pack("captured", last("S1", "queued"))) is None
    assert hand.notes == [Confirmed(1, "10.02", "10.02", LOT, serial="S1")]
    hand.paper(label("S1"))
    assert hand.see(pack("captured", last("S1"))) == Lift()
    assert hand.notes[1:] == [Labelled(1, "S1")]
    assert hand.see(pack("ready", last("S1"))) is None
    assert hand.worker.free


def test_a_serial_of_the_past_is_never_taken_for_this_carton() -> None:
    hand = at_station(known="S0")
    assert hand.see(pack("ready", last("S0"))) == Put(Decimal("10.02"))
    assert hand.see(pack("captured", last("S0"))) is None
    assert hand.notes == []


def test_another_label_is_not_this_cartons() -> None:
    hand = at_station()
    hand.see(pack("ready", last("S0")))
    hand.see(pack("captured", last("S1", "queued")))
    hand.paper(label("S7"))
    assert hand.see(pack("captured", last("S1", "sending"))) is None
    assert not any(isinstance(note, Labelled) for note in hand.notes)


def test_another_lots_tag_is_scanned_before_the_carton_goes_on() -> None:
    hand = at_station()
    assert hand.see(pack("ready", last("S0"), lot="H261121-0009")) == Scan(TAG)
    assert hand.see(pack("ready", last("S0"))) == Put(Decimal("10.02"))


@pytest.mark.parametrize("state", ["no_lot", "lot_rescan"])
def test_a_station_without_lot_gets_the_tag_again(state: str) -> None:
    assert at_station().see(pack(state, last("S0"))) == Scan(TAG)


def test_a_worker_without_a_carton_scans_no_tag() -> None:
    hand = at_station()
    hand.worker = replace(hand.worker, carton=None)
    assert hand.see(pack("no_lot", last("S0"))) is None
    assert hand.see(pack("ready", last("S0"))) is None


def test_the_date_is_confirmed_when_asked() -> None:
    assert at_station().see(pack("date_ask", last("S0"))) == Scan(DATE_YES)


@pytest.mark.parametrize("state", ["disk_full", "stale"])
def test_nothing_is_touched_while_the_display_cannot_tell(state: str) -> None:
    assert at_station().see(pack(state, last("S0"))) is None


# kill -9 in every phase: the display goes dark and comes back with what is on disk


def test_killed_before_the_carton_was_put_on() -> None:
    hand = at_station()
    assert hand.see(pack("not_unloaded", last("S0"))) is None
    assert hand.see(pack("ready", last("S0"))) == Put(Decimal("10.02"))


@pytest.mark.parametrize("seen", [[], ["loading"], ["loading", "stable"]])
def test_killed_before_the_load_was_on_disk(seen: list[str]) -> None:
    hand = at_station()
    hand.see(pack("ready", last("S0")))
    for state in seen:
        hand.see(pack(state, last("S0")))
    assert hand.see(pack("not_unloaded", last("S0"))) == Lift()
    assert hand.notes == []
    assert hand.see(pack("ready", last("S0"))) == Put(Decimal("10.02"))
    hand.see(pack("captured", last("S1", "queued")))
    assert [type(note) for note in hand.notes] == [Confirmed]


def test_killed_after_the_disk_had_it_and_before_the_display_said_so() -> None:
    hand = at_station()
    hand.see(pack("ready", last("S0")))
    hand.see(pack("stable", last("S0")))
    assert hand.see(pack("not_unloaded", last("S1", "queued"))) == Lift()
    assert hand.notes == [Confirmed(1, "10.02", "10.02", LOT, serial="S1", how="restart")]
    assert hand.see(pack("ready", last("S1", "sending"))) is None, "recorded: not put on again"
    hand.paper(label("S1"))
    assert hand.see(pack("ready", last("S1"))) is None
    assert hand.notes[-1] == Labelled(1, "S1")
    assert hand.worker.free


def test_killed_while_the_label_was_queued() -> None:
    hand = at_station()
    hand.see(pack("ready", last("S0")))
    hand.see(pack("captured", last("S1", "queued")))
    assert hand.see(pack("not_unloaded", last("S1", "queued"))) == Lift()
    assert hand.see(pack("ready", last("S1", "queued"))) is None
    hand.paper(label("S1"))
    hand.see(pack("ready", last("S1")))
    assert hand.notes[-1] == Labelled(1, "S1")


def test_killed_while_printing_and_the_label_came_out() -> None:
    hand = at_station()
    hand.see(pack("ready", last("S0")))
    hand.see(pack("captured", last("S1", "sending")))
    hand.paper(label("S1"))
    assert hand.see(pack("print_unknown", last("S1", "unknown"), asked=Asked("j", "S1"))) == Scan(LABEL_OUT)
    assert hand.see(pack("not_unloaded", last("S1"))) == Lift()
    assert hand.notes[-1] == Labelled(1, "S1")


def test_killed_while_printing_and_no_label_came_out() -> None:
    hand = at_station()
    hand.see(pack("ready", last("S0")))
    hand.see(pack("captured", last("S1", "sending")))
    asking = pack("print_unknown", last("S1", "unknown"), asked=Asked("j", "S1"))
    assert hand.see(asking) is None, "paper may still be on its way"
    assert hand.see(asking, 0.5) is None
    assert hand.see(asking, 1.5) == Scan(REPRINT)
    hand.paper(label("S1"))
    assert hand.see(pack("not_unloaded", last("S1"))) == Lift()


def test_killed_after_the_label_was_on_its_carton() -> None:
    hand = at_station()
    hand.see(pack("ready", last("S0")))
    hand.paper(label("S1"))
    assert hand.see(pack("captured", last("S1", "sending"))) == Lift()
    asking = pack("print_unknown", last("S1", "unknown"), asked=Asked("j", "S1"))
    assert with_next_carton(hand).see(asking) == Scan(LABEL_OUT)
    assert hand.see(pack("ready", last("S1"))) == Put(Decimal("9.90"))
    assert [type(note) for note in hand.notes] == [Confirmed, Labelled]


def test_killed_with_the_next_carton_on_the_scale_it_is_put_on_again() -> None:
    hand = at_station()
    hand.see(pack("ready", last("S0")))
    hand.paper(label("S1"))
    hand.see(pack("captured", last("S1")))
    with_next_carton(hand).see(pack("ready", last("S1")))
    assert hand.see(pack("not_unloaded", last("S1"))) == Lift()
    assert hand.see(pack("ready", last("S1"))) == Put(Decimal("9.90"))


# what must never be


def test_a_load_nobody_put_on_is_noted_as_a_stranger() -> None:
    hand = at_station()
    hand.see(pack("ready", last("S1")))
    assert hand.notes == [Stranger("S1")]


def test_a_carton_recorded_twice_is_noted_as_a_stranger() -> None:
    hand = at_station()
    hand.see(pack("ready", last("S0")))
    hand.see(pack("captured", last("S1", "queued")))
    hand.see(pack("captured", last("S2", "queued")))
    assert hand.notes[-1] == Stranger("S2")


# trouble of every day


def test_a_refused_carton_is_lifted_and_at_last_set_aside() -> None:
    hand = at_station()
    for _ in range(SET_ASIDE_AFTER):
        assert hand.see(pack("ready", last("S0"))) == Put(Decimal("10.02"))
        assert hand.see(pack("refused", last("S0"))) == Lift()
        assert hand.see(pack("refused", last("S0"))) is None
    assert [type(note) for note in hand.notes] == [Refusal] * SET_ASIDE_AFTER
    assert hand.worker.free


def test_a_label_called_printed_that_never_came_is_asked_for_again() -> None:
    hand = at_station()
    hand.see(pack("ready", last("S0")))
    hand.see(pack("captured", last("S1", "queued")))
    assert hand.see(pack("captured", last("S1", "queued")), MISSING_TIME_S * 2) is None, "a queue is waited for"
    assert hand.see(pack("captured", last("S1", "done"))) is None
    assert hand.see(pack("captured", last("S1", "done")), MISSING_TIME_S) == Scan(REPRINT)


def test_labels_that_never_come_are_not_asked_for_without_end() -> None:
    hand = at_station()
    hand.see(pack("ready", last("S0")))
    acts = [hand.see(pack("captured", last("S1", "done")), MISSING_TIME_S) for _ in range(20)]
    assert acts.count(Scan(REPRINT)) == MOST_REPRINTS


def test_a_display_that_does_not_notice_the_carton_gets_it_once_more() -> None:
    hand = at_station()
    hand.see(pack("ready", last("S0")))
    assert hand.see(pack("ready", last("S0")), STUCK_TIME_S / 2) is None
    assert hand.see(pack("ready", last("S0")), STUCK_TIME_S) == Lift()
    assert hand.see(pack("ready", last("S0"))) == Put(Decimal("10.02"))


# the gate


def gate(state: str, loads: int | None = None, *, number: str = "R261121-0001", kg: str = "23.50") -> Shown:
    receipt = None if loads is None else ReceiptShown(number, LOT, loads, str(Decimal(kg) * loads))
    return Shown("gate", state, lot=LOT, last=Last(None, LOT, kg, "none") if loads else None, receipt=receipt)


def at_gate(loads: int = 2, crate: str | None = "CRATE-A") -> Hand:
    hand = Hand(GateWorker(BADGE, crate))
    assert hand.see(gate("no_operator")) == Scan(BADGE)
    hand.worker = replace(hand.worker, truck=Truck("FARM-0042", (Decimal("25.00"),) * loads))
    return hand


def weigh_in(hand: Hand, number: int) -> None:
    assert hand.see(gate("ready", number - 1)) is None, "takes a load from the truck"
    assert hand.see(gate("ready", number - 1)) == Put(Decimal("25.00"))
    assert hand.see(gate("captured", number)) == Lift()


def test_a_receipt_from_card_to_tag() -> None:
    hand = at_gate()
    assert hand.see(gate("no_lot")) == Scan("FARM-0042")
    assert hand.see(gate("ready", 0)) == Scan("CRATE-A")
    weigh_in(hand, 1)
    weigh_in(hand, 2)
    assert hand.see(gate("ready", 2)) == Scan(CLOSE_RECEIPT)
    assert hand.see(gate("no_lot")) is None, "the tag first"
    hand.paper((TAG,))
    assert hand.see(gate("no_lot")) is None
    assert hand.worker.free
    number = "R261121-0001"
    assert hand.notes == [
        Opened(number, LOT),
        Confirmed(1, "25.00", "23.50", LOT, receipt=number),
        Confirmed(2, "25.00", "23.50", LOT, receipt=number),
        Closed(number, LOT, 2),
        TagOut(LOT, TAG, "47.00"),
    ]


def test_where_farmers_are_given_a_slip_the_truck_waits_for_it() -> None:
    hand = at_gate(loads=1, crate=None)
    hand.worker = replace(hand.worker, gives_slips=True)
    hand.see(gate("no_lot"))
    weigh_in(hand, 1)
    hand.see(gate("ready", 1))
    hand.paper((TAG,))
    hand.see(gate("no_lot"))
    assert not hand.worker.free
    hand.worker = hand.worker.take_slip((TAG,))
    hand.see(gate("no_lot"))
    assert hand.worker.free


@pytest.mark.parametrize(("came_out", "answer"), [(True, LABEL_OUT), (False, REPRINT)])
def test_a_question_about_a_slip_is_not_answered_from_the_tag_in_hand(came_out: bool, answer: str) -> None:
    hand = at_gate(loads=1, crate=None)
    hand.worker = replace(hand.worker, gives_slips=True)
    hand.see(gate("no_lot"))
    weigh_in(hand, 1)
    hand.see(gate("ready", 1))
    hand.see(gate("stale"))
    hand.paper((TAG,))
    if came_out:
        hand.worker = hand.worker.take_slip((TAG,))
    asking = replace(gate("print_unknown"), asked=Asked("j", None, "slip"))
    acts = [hand.see(asking), hand.see(asking, 2.0)]
    assert next(act for act in acts if act) == Scan(answer)


@pytest.mark.parametrize("on_disk", [False, True])
def test_killed_with_a_load_on_the_gates_scale(on_disk: bool) -> None:
    hand = at_gate(crate=None)
    hand.see(gate("no_lot"))
    weigh_in(hand, 1)
    hand.see(gate("ready", 1))
    assert hand.see(gate("ready", 1)) == Put(Decimal("25.00"))
    loads = 2 if on_disk else 1
    assert hand.see(gate("not_unloaded", loads)) == Lift()
    again = hand.see(gate("ready", loads))
    assert again == (Scan(CLOSE_RECEIPT) if on_disk else Put(Decimal("25.00")))
    confirmed = [note for note in hand.notes if isinstance(note, Confirmed)]
    assert [note.how for note in confirmed] == ["captured", "restart"][: len(confirmed)]
    assert len(confirmed) == loads


@pytest.mark.parametrize("on_disk", [False, True])
def test_killed_while_the_receipt_was_closed(on_disk: bool) -> None:
    hand = at_gate(loads=1, crate=None)
    hand.see(gate("no_lot"))
    weigh_in(hand, 1)
    assert hand.see(gate("ready", 1)) == Scan(CLOSE_RECEIPT)
    if not on_disk:
        assert hand.see(gate("ready", 1)) == Scan(CLOSE_RECEIPT)
    hand.see(gate("no_lot"))
    assert hand.notes[-1] == Closed("R261121-0001", LOT, 1)


@pytest.mark.parametrize(("came_out", "answer"), [(True, LABEL_OUT), (False, REPRINT)])
def test_a_question_about_a_tag_is_answered_from_what_is_in_hand(came_out: bool, answer: str) -> None:
    hand = at_gate(loads=1, crate=None)
    hand.see(gate("no_lot"))
    weigh_in(hand, 1)
    hand.see(gate("ready", 1))
    hand.see(gate("stale"))
    if came_out:
        hand.paper((TAG,))
    asking = replace(gate("print_unknown"), asked=Asked("j", None))
    acts = [hand.see(asking), hand.see(asking, 2.0)]
    assert next(act for act in acts if act) == Scan(answer)


def test_a_refused_load_at_the_gate_has_its_crate_scanned_again() -> None:
    hand = at_gate()
    hand.see(gate("no_lot"))
    hand.see(gate("ready", 0))
    hand.see(gate("ready", 0))
    assert hand.see(gate("ready", 0)) == Put(Decimal("25.00"))
    assert hand.see(gate("refused", 0)) == Lift()
    assert hand.see(gate("ready", 0)) == Scan("CRATE-A")
    assert hand.see(gate("ready", 0)) == Put(Decimal("25.00"))


def test_a_load_the_gate_counts_but_nobody_put_on_is_a_stranger() -> None:
    hand = at_gate()
    hand.see(gate("no_lot"))
    hand.see(gate("ready", 1))
    assert Stranger("R261121-0001/1") in hand.notes


# the door


def test_the_door_scans_until_the_wall_shows_the_lot_inside() -> None:
    worker = DoorWorker("OP-03", "cold-room-1", "in").add(TAG)
    shown = Shown("door-in", "ready")
    assert worker.look(Shown("door-in", "no_operator"), frozenset()).act == Scan("OP-03")
    assert worker.look(shown, frozenset()).act == Scan(TAG)
    look = worker.look(shown, frozenset({LOT}))
    assert look.act is None
    assert look.notes == (Moved(LOT, "cold-room-1", "in"),)
    assert look.worker.tags == ()


def test_the_way_out_ends_when_the_wall_shows_the_lot_no_more() -> None:
    worker = DoorWorker("OP-03", "cold-room-1", "out", (TAG,))
    shown = Shown("door-out", "ready")
    assert worker.look(shown, frozenset({LOT})).act == Scan(TAG)
    assert worker.look(shown, frozenset()).notes == (Moved(LOT, "cold-room-1", "out"),)


# reading


def test_codes_are_read_from_tag_and_label() -> None:
    assert lot_on(TAG) == LOT
    assert lot_on("FARM-0042") is None
    assert serial_on(label("2611210 00001")[0]) == "2611210 00001"
    assert serial_on(TAG) is None


def test_a_line_of_the_panel_is_read() -> None:
    line = (
        b'{"station":"pack-1","step":"packing","state":"captured","sentence":{"vi":["Da ghi","Nhac"],"en":"x"},'
        b'"lot":"L1","last":{"serial":"S1","lot":"L1","kg":"10.25","at":"x","label":"done"},'
        b'"question":{"job":"j","serial":"S1","paper":""},"receipt":null,"printer":null}'
    )
    assert read_line(line) == Shown(
        "pack-1", "captured", "Da ghi", "L1", Last("S1", "L1", "10.25", "done"), Asked("j", "S1"), hint="Nhac"
    )
