"""A series made ready to draw keeps its peaks, shows its gaps, and tells a short peak from an excursion."""

from gateway.readings.chart import Bounds, Gap, chart, times_on

MINUTE = 60_000
DAY = 24 * 60
NO_BOUNDS = Bounds()


def _series(minutes, value=14.0):
    return [(minute * MINUTE, value) for minute in minutes]


def _drawn(samples, minutes=DAY, columns=240, bounds=NO_BOUNDS):
    return chart(samples, 0, minutes * MINUTE, columns=columns, interval_ms=MINUTE, bounds=bounds)


def test_a_peak_of_one_sample_keeps_its_height_at_every_zoom():
    samples = _series(range(7 * DAY))
    samples[5000] = (5000 * MINUTE, 16.3)
    for columns in (1, 7, 100, 963, 20_000):
        assert _drawn(samples, 7 * DAY, columns).high == 16.3


def test_columns_hold_every_sample_once():
    drawn = _drawn(_series(range(DAY)), columns=97)
    assert sum(column.samples for column in drawn.columns) == drawn.samples == DAY
    assert [column.at_ms for column in drawn.columns] == sorted({column.at_ms for column in drawn.columns})


def test_two_intervals_without_a_sample_are_no_gap_and_three_are():
    assert _drawn(_series(m for m in range(DAY) if m != 300)).gaps == []
    gone = _drawn(_series(m for m in range(DAY) if m not in {300, 301}))
    assert gone.gaps == [Gap(299 * MINUTE, 302 * MINUTE)]


def test_silence_before_the_first_and_after_the_last_sample_is_a_gap():
    drawn = _drawn(_series(range(60, 120)), minutes=180)
    assert drawn.gaps == [Gap(0, 60 * MINUTE), Gap(119 * MINUTE, 180 * MINUTE)]
    assert round(drawn.coverage * 180) == 119 - 60


def test_nothing_heard_is_one_gap_and_no_figure():
    drawn = _drawn([])
    assert drawn.gaps == [Gap(0, DAY * MINUTE)]
    assert (drawn.low, drawn.high, drawn.mean, drawn.coverage) == (None, None, None, 0.0)


def test_a_run_is_lasting_from_the_delay_on():
    bounds = Bounds(above=15.0, delay_s=600)
    samples = [(m * MINUTE, 16.0 if 100 <= m < 109 or 200 <= m < 210 else 14.0) for m in range(DAY)]
    samples[205] = (205 * MINUTE, 17.5)
    short, long = _drawn(samples, bounds=bounds).runs
    assert (short.until_ms - short.since_ms, short.lasting) == (9 * MINUTE, False)
    assert (long.until_ms - long.since_ms, long.lasting) == (10 * MINUTE, True)
    assert (long.worst, long.worst_ms) == (17.5, 205 * MINUTE)


def test_below_the_lower_limit_the_worst_is_the_least():
    samples = [(m * MINUTE, {5: -1.0, 6: -3.0, 7: -2.0}.get(m, 1.0)) for m in range(20)]
    (run,) = _drawn(samples, minutes=20, bounds=Bounds(below=0.0)).runs
    assert run.worst == -3.0


def test_a_gap_ends_a_run_for_nobody_knows_what_was_in_it():
    samples = [(m * MINUTE, 16.0) for m in range(60) if not 20 <= m < 40]
    first, second = _drawn(samples, minutes=60, bounds=Bounds(above=15.0)).runs
    assert (first.since_ms, first.until_ms) == (0, 19 * MINUTE)
    assert (second.since_ms, second.until_ms) == (40 * MINUTE, 60 * MINUTE)


def test_a_door_is_open_from_its_first_one_to_its_first_zero_and_never_across_a_gap():
    samples = [(m * MINUTE, 1.0 if 5 <= m < 8 or m >= 15 else 0.0) for m in range(20)]
    assert times_on(samples, 20 * MINUTE, MINUTE) == [Gap(5 * MINUTE, 8 * MINUTE), Gap(15 * MINUTE, 20 * MINUTE)]
    broken = [(at, value) for at, value in samples if at < 17 * MINUTE]
    assert times_on(broken, 40 * MINUTE, MINUTE)[-1] == Gap(15 * MINUTE, 16 * MINUTE)
