"""A series made small: a peak keeps its height, a gap is never bridged, what is missing is never rounded away."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.readings.archive import open_archive
from gateway.readings.columns import Column, Span, beyond, coverage, gaps, mean, merged
from gateway.readings.file import FILE, ReadingsFile

MINUTE = timedelta(minutes=1)
BEGIN = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)


def column(minute: int, value: str, *, high: str | None = None, samples: int = 1) -> Column:
    return Column(BEGIN + minute * MINUTE, Decimal(value), Decimal(high or value), Decimal(value), samples)


def span(minutes: int) -> Span:
    return Span(BEGIN, BEGIN + minutes * MINUTE)


def test_a_peak_of_one_sample_stays_at_full_height_at_every_zoom() -> None:
    columns = [column(minute, "3.0", high="9.4" if minute == 431 else None) for minute in range(600)]
    for minutes in (1, 7, 60, 600):
        wide = merged(columns, minutes * MINUTE)
        assert max(one.maximum for one in wide) == Decimal("9.4")
        assert sum(one.samples for one in wide) == 600
        assert min(one.minimum for one in wide) == Decimal("3.0")


def test_the_mean_of_wider_columns_is_that_of_all_samples() -> None:
    columns = [column(0, "2.0", samples=3), column(1, "4.0", samples=1)]
    assert merged(columns, 60 * MINUTE)[0].mean == mean(columns) == Decimal("2.5")
    assert mean([]) is None


@pytest.mark.parametrize(
    ("heard", "missing"),
    [
        (range(60), []),
        ((0, 1, 2, 5, 6), [(7, 60)]),  # two minutes missing are no gap yet, the end is
        ((0, 1, 2, 6, *range(7, 60)), [(3, 6)]),
        (range(10, 60), [(0, 10)]),
        ((), [(0, 60)]),
    ],
)
def test_a_gap_is_nothing_for_more_than_two_and_a_half_intervals(
    heard: list[int], missing: list[tuple[int, int]]
) -> None:
    found = gaps([column(minute, "3.0") for minute in heard], span(60), MINUTE)
    assert [((gap.since - BEGIN) // MINUTE, (gap.until - BEGIN) // MINUTE) for gap in found] == missing


def test_coverage_is_rounded_down_and_never_more_than_all() -> None:
    assert coverage([column(minute, "3.0") for minute in range(59)], span(60), MINUTE) == Decimal("0.9833")
    assert coverage([column(minute, "3.0") for minute in range(61)], span(60), MINUTE) == 1
    assert coverage([], span(60), MINUTE) == 0
    assert coverage([], Span(BEGIN, BEGIN + timedelta(seconds=20)), MINUTE) == 0
    assert coverage([column(0, "3.0")], Span(BEGIN, BEGIN + timedelta(seconds=20)), MINUTE) == 1


def test_a_run_beyond_a_limit_ends_where_the_readings_end() -> None:
    columns = [column(minute, "7.0") for minute in (3, 4, 5, 20, 21)] + [column(22, "4.0"), column(23, "0.1")]
    runs = list(beyond(columns, MINUTE, above=Decimal(6), below=Decimal("0.5")))
    assert [((run.since - BEGIN) // MINUTE, run.seconds, worst) for run, worst in runs] == [
        (3, 180, Decimal("7.0")),
        (20, 120, Decimal("7.0")),
        (23, 60, Decimal("0.1")),
    ]


def test_columns_are_made_of_good_readings_in_the_span(tmp_path: Path) -> None:
    store = ReadingsFile(tmp_path / FILE)
    ms = int(BEGIN.timestamp() * 1000)
    store.write(
        [
            ("a", "Temperature", "CEL", ms - 1, "9.9", None),
            ("a", "Temperature", "CEL", ms, "3.10", None),
            ("a", "Temperature", "CEL", ms + 30_000, "3.25", None),
            ("a", "Temperature", "CEL", ms + 40_000, None, "open circuit"),
            ("a", "RelativeHumidity", "P1", ms + 50_000, "88", None),
            ("b", "Temperature", "CEL", ms + 50_000, "-4.5", None),
            ("a", "Temperature", "CEL", ms + 120_000, "3.3", None),
            ("a", "Temperature", "CEL", ms + 180_000, "8.8", None),
        ]
    )
    store.close()
    with open_archive(tmp_path) as archive:
        told = archive.columns("a", "Temperature", span(3), MINUTE)
    assert told == [
        Column(BEGIN, Decimal("3.1"), Decimal("3.25"), Decimal("3.175"), 2),
        Column(BEGIN + 2 * MINUTE, Decimal("3.3"), Decimal("3.3"), Decimal("3.300"), 1),
    ]


def test_without_a_store_nothing_was_ever_read(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        assert archive.columns("a", "Temperature", span(3), MINUTE) == []
