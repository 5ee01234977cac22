"""One load, one capture."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.capture import Capture, CaptureTable, Phase
from gateway.reading import Quality, Weight

TABLE = CaptureTable()


def kg(amount: str, *, stable: bool | None = None) -> Weight:
    return Weight(Decimal(amount), "KGM", stable=stable)


class Pan:
    """A scale's pan in slow motion: eight frames a second."""

    def __init__(self, table: CaptureTable = TABLE) -> None:
        self.capture = Capture(table)
        self.now = 100.0

    def shows(self, amount: str, frames: int = 1, *, stable: bool | None = None) -> list[Phase]:
        return [self.frame(kg(amount, stable=stable)) for _ in range(frames)]

    def frame(self, weight: Weight) -> Phase:
        self.now += 0.125
        return self.capture.see(weight, self.now)


@pytest.fixture
def pan() -> Pan:
    pan = Pan()
    pan.shows("0.00", 2)
    return pan


def test_a_load_at_rest_is_found_once_the_window_is_still(pan: Pan) -> None:
    phases = pan.shows("10.25", 10)
    assert phases[0] is Phase.LOADING
    assert phases.index(Phase.REST) == 4  # half a second after the first still frame
    assert pan.capture.at_rest is not None
    assert pan.capture.at_rest.kg == Decimal("10.25")
    assert pan.capture.at_rest.rest == "derived"


def test_a_flag_counts_when_two_frames_say_the_same(pan: Pan) -> None:
    assert pan.shows("10.24", stable=False) == [Phase.LOADING]
    assert pan.shows("10.25", 2, stable=True) == [Phase.LOADING, Phase.REST]
    assert pan.capture.at_rest is not None
    assert pan.capture.at_rest.rest == "flag"


def test_a_wobbling_load_is_not_at_rest(pan: Pan) -> None:
    for swing in range(40):
        pan.shows("10.30" if swing % 2 else "10.20")
        assert pan.capture.phase is Phase.LOADING


def test_a_slow_creep_is_not_at_rest(pan: Pan) -> None:
    phases = [pan.frame(kg(f"{Decimal('5.00') + Decimal('0.01') * step}")) for step in range(50)]
    assert Phase.REST not in phases


def test_whatever_stands_on_the_scale_at_the_start_is_taken_off_first() -> None:
    pan = Pan()
    assert set(pan.shows("10.25", 30)) == {Phase.LOCKED}
    pan.shows("0.00", 2)
    assert pan.shows("10.25", 8)[-1] is Phase.REST


def test_a_captured_load_stays_locked_until_the_scale_is_empty(pan: Pan) -> None:
    pan.shows("10.25", 8)
    pan.capture.lock()
    assert set(pan.shows("10.25", 30)) == {Phase.LOCKED}
    assert set(pan.shows("20.50", 30)) == {Phase.LOCKED}  # a second carton on top is no new load
    assert pan.shows("0.02", 2)[-1] is Phase.READY


def test_one_frame_near_zero_does_not_arm(pan: Pan) -> None:
    pan.shows("10.25", 8)
    pan.capture.lock()
    pan.shows("0.05")
    assert set(pan.shows("10.25", 10)) == {Phase.LOCKED}


def test_frames_from_before_a_silence_do_not_count(pan: Pan) -> None:
    pan.shows("10.25", 5)
    pan.now += 2.0
    assert pan.capture.tick(pan.now) is Phase.SILENT
    assert pan.shows("10.25", 4) == [Phase.LOADING] * 4
    assert pan.shows("10.25", 3)[-1] is Phase.REST


@pytest.mark.parametrize(
    ("condition", "phase"),
    [("overload", Phase.OVERLOAD), ("underload", Phase.NEGATIVE), ("error", Phase.SILENT)],
)
def test_a_frame_without_a_value_is_never_a_load(pan: Pan, condition: str, phase: Phase) -> None:
    pan.shows("10.25", 5)
    bad = Weight(None, "KGM", quality=Quality.BAD, condition=condition)  # type: ignore[arg-type]  # parametrised
    assert pan.frame(bad) is phase
    assert pan.shows("10.25", 4) == [Phase.LOADING] * 4, "the window begins anew"


def test_below_zero_is_no_load_and_does_not_arm(pan: Pan) -> None:
    pan.shows("10.25", 8)
    pan.capture.lock()
    assert set(pan.shows("-3.00", 10)) == {Phase.LOCKED}
    pan.shows("0.00", 2)
    assert set(pan.shows("-3.00", 10)) == {Phase.NEGATIVE}


def test_grams_are_kilograms_to_the_last_digit(pan: Pan) -> None:
    for _ in range(8):
        pan.frame(Weight(Decimal("10250.5"), "GRM"))
    assert pan.capture.at_rest is not None
    assert pan.capture.at_rest.kg == Decimal("10.2505")


@given(st.lists(st.tuples(st.decimals("-1", "12", places=2), st.sampled_from([True, False, None])), max_size=120))
def test_between_two_captures_the_scale_was_empty(frames: list[tuple[Decimal, bool | None]]) -> None:
    pan, captures, empty_since = Pan(), 0, False
    for amount, stable in frames:
        for _ in range(3):
            phase = pan.frame(Weight(amount, "KGM", stable=stable))
            empty_since = empty_since or abs(amount) <= TABLE.near_zero_kg
            if phase is Phase.REST:
                assert empty_since, "captured twice without being unloaded"
                captures, empty_since = captures + 1, False
                pan.capture.lock()
