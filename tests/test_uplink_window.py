"""The window: pure, with time handed in."""

from gateway.journal import Cursor
from gateway.uplink.window import (
    DOUBT_S,
    ENTRIES,
    LONGEST_PATIENCE_S,
    MESSAGES,
    MOST_ENTRIES,
    NUDGE_S,
    Window,
)


def at(seq: int) -> Cursor:
    return Cursor(1, seq)


def full(now: float = 100.0) -> Window:
    window = Window(at(0), patience_s=10.0)
    for number in range(1, MESSAGES + 1):
        window.send(at(10 * number), now).taken = True
    return window


def test_four_messages_fill_the_window() -> None:
    window = full()
    assert not window.has_room
    assert window.sent == at(40)


def test_a_cumulative_confirmation_makes_room_for_all_it_covers() -> None:
    window = full()
    assert window.confirm(at(25))
    assert [batch.last for batch in window.under_way] == [at(30), at(40)]
    assert window.confirmed == at(25)


def test_the_same_confirmation_again_is_no_news() -> None:
    window = full()
    window.confirm(at(20))
    assert not window.confirm(at(20))
    assert not window.confirm(at(10))
    assert window.confirmed == at(20)


def test_quick_confirmations_are_followed_by_larger_batches_and_slow_ones_by_the_usual() -> None:
    window = full(now=100.0)
    window.confirm(at(10), 103.9)
    assert window.entries == MOST_ENTRIES
    window.confirm(at(20), 104.0)
    assert window.entries == ENTRIES
    window.confirm(at(30), 103.9)
    assert window.entries == MOST_ENTRIES
    window.confirm(at(40))
    assert window.entries == ENTRIES


def test_after_its_patience_it_goes_back_to_the_last_confirmed() -> None:
    window = full(now=100.0)
    window.confirm(at(10))
    assert not window.expire(109.9)
    assert window.expire(110.0)
    assert window.sent == at(10)
    assert not window.under_way


def test_after_a_fruitless_round_one_message_probes_until_something_is_confirmed() -> None:
    window = full()
    window.expire(110.0)
    assert window.has_room
    window.send(at(10), 110.0)
    assert not window.has_room
    window.confirm(at(10))
    window.send(at(20), 111.0)
    assert window.has_room


def test_patience_doubles_with_each_fruitless_round_up_to_a_limit() -> None:
    window = Window(at(0), patience_s=10.0)
    now, waits = 0.0, []
    for _ in range(8):
        window.send(at(10), now)
        deadline = window.deadline
        assert deadline is not None
        waits.append(deadline - now)
        now = deadline
        assert window.expire(now)
    assert waits == [10, 20, 40, 80, 160, LONGEST_PATIENCE_S, LONGEST_PATIENCE_S, LONGEST_PATIENCE_S]


def test_a_batch_unconfirmed_three_times_is_halved_and_grows_again_with_success() -> None:
    window = Window(at(0), patience_s=10.0)
    now = 0.0
    for _ in range(3):
        assert window.entries == ENTRIES
        window.send(at(100), now)
        now += 1000.0
        window.expire(now)
    assert window.entries == ENTRIES // 2
    window.confirm(at(50))
    assert window.entries == ENTRIES


def test_an_entry_a_present_receiver_lets_lie_three_times_alone_is_refused_and_no_other() -> None:
    window = Window(at(0), patience_s=1000.0, entries=1)
    now = 0.0
    for spoken in (False, False, False, True, True, True):
        assert not window.is_refused
        window.send(at(1), now).taken = True
        if spoken:
            window.nudge(now)
        now += 10_000.0
        window.expire(now)
    assert window.is_refused
    window.confirm(at(1))
    assert not window.is_refused


def test_an_entry_under_which_the_connection_broke_three_times_is_cut_off() -> None:
    window = Window(at(0), patience_s=10.0, entries=1)
    for _ in range(3):
        assert not window.is_cut_off
        window.send(at(1), 0.0)
        window.reconnected()
    assert window.is_cut_off


def test_a_word_that_was_to_be_expected_is_no_hint() -> None:
    window = full(now=100.0)
    window.expect_word()
    window.nudge(101.0)
    assert not window.expire(105.0)
    window.nudge(105.0)
    assert window.expire(105.0 + NUDGE_S)


def test_halving_ends_at_one_entry() -> None:
    window = Window(at(0), patience_s=10.0)
    now = 0.0
    for _ in range(60):
        window.send(at(1), now)
        now += 1000.0
        window.expire(now)
    assert window.entries == 1


def test_a_word_from_the_receiver_that_confirms_nothing_shortens_the_wait() -> None:
    window = full(now=100.0)
    window.nudge(101.0)
    assert window.deadline == 101.0 + NUDGE_S
    assert not window.expire(101.0)
    assert window.expire(101.0 + NUDGE_S)


def test_what_the_broker_has_not_even_taken_is_not_hurried() -> None:
    window = Window(at(0), patience_s=10.0)
    batch = window.send(at(10), 100.0)
    window.nudge(101.0)
    assert not window.expire(105.0)
    batch.taken = True
    assert window.expire(105.0)


def test_a_batch_the_broker_never_takes_means_the_connection_is_stuck() -> None:
    window = Window(at(0), patience_s=10.0)
    batch = window.send(at(10), 100.0)
    assert not window.is_stuck(109.9)
    assert window.is_stuck(110.0)
    batch.taken = True
    assert not window.is_stuck(110.0)


def test_a_confirmation_on_the_way_takes_the_hurry_back() -> None:
    window = full(now=100.0)
    window.nudge(101.0)
    window.confirm(at(10))
    assert not window.expire(102.0)


def test_words_without_progress_are_believed_later_and_later() -> None:
    window = Window(at(0), patience_s=1000.0, entries=1)
    now, waits = 0.0, []
    for _ in range(4):
        window.send(at(10), now).taken = True
        window.nudge(now)
        deadline = window.deadline
        assert deadline is not None
        waits.append(deadline - now)
        now = deadline
        window.expire(now)
    assert waits == [NUDGE_S, 2 * NUDGE_S, 4 * NUDGE_S, 8 * NUDGE_S]


def test_a_lower_word_remembered_by_the_broker_counts_only_if_no_newer_one_comes() -> None:
    window = Window(at(50), patience_s=10.0)
    window.doubt(at(30), now=100.0)
    assert not window.expire(100.0 + DOUBT_S - 0.1)
    window.trust()
    assert not window.expire(1000.0)
    assert window.confirmed == at(50)

    window.doubt(at(30), now=2000.0)
    assert window.deadline == 2000.0 + DOUBT_S
    assert window.expire(2000.0 + DOUBT_S)
    assert window.confirmed == at(30)


def test_a_restored_receiver_moves_it_back() -> None:
    window = full()
    window.confirm(at(40))
    window.step_back(at(15))
    assert window.sent == at(15)


def test_with_the_brokers_word_alone_only_the_taken_prefix_counts() -> None:
    window = full()
    for batch in window.under_way:
        batch.taken = batch.last == at(20)
    assert not window.confirm_taken()
    window.under_way[0].taken = True
    assert window.confirm_taken()
    assert window.confirmed == at(20)


def test_nothing_is_under_way_on_a_new_connection() -> None:
    window = full()
    window.confirm(at(10))
    window.expire(1000.0)
    window.send(at(20), 1000.0)
    window.reconnected()
    assert window.sent == at(10)
    assert window.has_room
    assert window.deadline is None
