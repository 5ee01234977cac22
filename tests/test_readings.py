"""The raw series: what was read is on disk an interval later, and a window's figures are exact."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.reading import DeviceId, Measurement, Quality, Reading, Weight
from gateway.readings import ReadingsStore, ReadingsTable, statistics
from tests.test_journal_disk import no_file_longer_than

START = datetime(2026, 11, 21, 3, tzinfo=UTC)
ROOM = "cold-rooms/room-1"


class Uptime:
    """Monotonic seconds that go on only when told to."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def reading(second: float, amount: str | None, quantity: str = "Temperature", channel: str = "room-1") -> Reading:
    quality = Quality.GOOD if amount is not None else Quality.BAD
    value = Measurement(
        quantity,
        None if amount is None else Decimal(amount),
        "CEL",
        channel=channel,
        quality=quality,
        why="" if amount is not None else "late",
    )
    return Reading(DeviceId("cold-rooms"), START + timedelta(seconds=second), second, value)


def rows(directory: Path) -> list[tuple[str | None]]:
    with sqlite3.connect(directory / "readings.db") as connection:
        return connection.execute("SELECT amount FROM reading ORDER BY row").fetchall()


async def test_what_was_read_is_on_the_disk_an_interval_later(tmp_path: Path) -> None:
    async with ReadingsStore.open(tmp_path, ReadingsTable(commit_every_s=0.01)) as store:
        store.add(reading(0, "4.10"))
        store.add(reading(1, None))
        while store.state().waiting or not rows(tmp_path):
            await asyncio.wait_for(asyncio.sleep(0), 10)
        assert rows(tmp_path) == [("4.10",), (None,)]


async def test_an_end_writes_what_is_waiting(tmp_path: Path) -> None:
    async with ReadingsStore.open(tmp_path, ReadingsTable(commit_every_s=1000)) as store:
        store.add(reading(0, "4.1"))
        await store.flush()
        store.add(reading(60, "4.2"))
    assert rows(tmp_path) == [("4.1",), ("4.2",)]


async def test_what_is_read_first_after_a_start_does_not_wait_for_the_interval_and_wakes_who_follows(
    tmp_path: Path,
) -> None:
    async with ReadingsStore.open(tmp_path, ReadingsTable(commit_every_s=1000)) as store:
        store.add(reading(0, "4.1"))
        async with asyncio.timeout(10):
            await store.grown()
        assert [str(sample.amount) for sample in await store.rows(0, 10)] == ["4.1"]
        store.add(reading(60, "4.2"))
        waiting = asyncio.create_task(store.grown())
        await asyncio.sleep(0.2)  # the interval counts from the second on: nothing is written yet
        assert (store.state().waiting, waiting.done()) == (1, False)
        await store.flush()
        await asyncio.wait_for(waiting, 10)


async def test_weights_are_no_series(tmp_path: Path) -> None:
    async with ReadingsStore.open(tmp_path, ReadingsTable()) as store:
        store.add(Reading(DeviceId("scale"), START, 0.0, Weight(Decimal("10.25"), "KGM")))
        await store.flush()
    assert rows(tmp_path) == []


async def test_a_window_holds_its_start_and_not_its_end(tmp_path: Path) -> None:
    async with ReadingsStore.open(tmp_path, ReadingsTable(commit_every_s=1000)) as store:
        for second, amount in [(-1, "9.9"), (0, "4.1"), (60, "4.2"), (120, None), (3599, "4.4"), (3600, "9.9")]:
            store.add(reading(second, amount))
        store.add(reading(60, "88.0", quantity="RelativeHumidity"))
        store.add(reading(60, "20.0", channel="room-2"))
        figures = await store.window(ROOM, "Temperature", START, START + timedelta(hours=1), expected=60)
    assert (figures.minimum, figures.maximum) == (Decimal("4.1"), Decimal("4.4"))
    assert (str(figures.mean), str(figures.deviation)) == ("4.23", "0.15")
    assert (figures.samples, figures.expected, figures.unit, figures.source) == (3, 60, "CEL", ROOM)


async def test_a_window_without_samples_says_so(tmp_path: Path) -> None:
    async with ReadingsStore.open(tmp_path, ReadingsTable()) as store:
        store.add(reading(0, None))
        figures = await store.window(ROOM, "Temperature", START, START + timedelta(hours=1), expected=60)
    assert (figures.samples, figures.expected, figures.mean, figures.minimum) == (0, 60, None, None)


async def test_the_latest_of_each_series_is_known_after_a_start(tmp_path: Path) -> None:
    async with ReadingsStore.open(tmp_path, ReadingsTable()) as store:
        for one in (reading(0, "4.1"), reading(60, "4.20"), reading(60, None, channel="room-2")):
            store.add(one)
        name = store.state().store
    async with ReadingsStore.open(tmp_path, ReadingsTable()) as store:
        first, second = await store.latest()
        assert store.state().store == name
    assert (first.source, str(first.amount), first.at, first.unit) == (
        ROOM, "4.20", START + timedelta(seconds=60), "CEL",
    )  # fmt: skip
    assert (second.amount, second.why) == (None, "late")


async def test_what_is_older_than_its_days_of_running_is_forgotten(tmp_path: Path) -> None:
    uptime = Uptime()
    async with ReadingsStore.open(tmp_path, ReadingsTable(commit_every_s=1000, keep_days=1), monotonic=uptime) as store:
        for hour in range(30):
            store.add(reading(hour * 3600, f"{hour}"))
            await store.flush()
            uptime.seconds += 3600
            await store.flush()
        store.add(reading(30 * 3600, "30"))
    kept = [int(amount or -1) for (amount,) in rows(tmp_path)]
    assert kept == sorted(kept)
    assert 24 <= len(kept) <= 26
    assert kept[-1] == 30


async def test_a_file_that_is_no_database_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "readings.db").write_bytes(b"garbage" * 1000)
    async with ReadingsStore.open(tmp_path, ReadingsTable()) as store:
        store.add(reading(0, "4.1"))
    assert rows(tmp_path) == [("4.1",)]
    assert (tmp_path / "readings.damaged-1.db").read_bytes() == b"garbage" * 1000


async def test_a_disk_that_refuses_is_said_so_and_tried_again(tmp_path: Path) -> None:
    async with ReadingsStore.open(tmp_path, ReadingsTable(commit_every_s=1000)) as store:
        store.add(reading(0, "4.1"))
        await store.flush()
        with no_file_longer_than((tmp_path / "readings.db-wal").stat().st_size):
            store.add(reading(60, "4.2"))
            await store.flush()
            state = store.state()
            assert (state.waiting, bool(state.error)) == (1, True)
        await store.flush()
        assert (store.state().waiting, store.state().error) == (0, "")
    assert rows(tmp_path) == [("4.1",), ("4.2",)]


def test_deviation_is_that_of_a_sample() -> None:
    amounts = [Decimal(text) for text in ("2", "4", "4", "4", "5", "5", "7", "9")]
    figures = statistics("s", "q", None, amounts, 8)
    assert (str(figures.mean), str(figures.deviation)) == ("5.0", "2.1")
    assert statistics("s", "q", None, amounts[:1], 8).deviation is None


@given(st.lists(st.integers(-10_000, 10_000), min_size=2, max_size=50), st.integers(0, 3))
def test_figures_are_those_of_exact_arithmetic(numbers: list[int], decimals: int) -> None:
    amounts = [Decimal(number).scaleb(-decimals) for number in numbers]
    figures = statistics("s", "q", "CEL", amounts, 50)
    assert figures.mean is not None
    assert figures.deviation is not None
    half = Decimal(1).scaleb(-decimals - 1) / 2
    assert abs(figures.mean - mean(amounts)) <= half
    assert abs(figures.deviation - stdev(amounts)) <= half + Decimal("1e-9")
    assert -int(figures.mean.as_tuple().exponent) == decimals + 1


@pytest.mark.parametrize("amount", ["4.10", "0.05", "1E+2"])
async def test_amounts_are_kept_with_every_digit(tmp_path: Path, amount: str) -> None:
    async with ReadingsStore.open(tmp_path, ReadingsTable()) as store:
        store.add(reading(0, amount))
        await store.flush()
        (sample,) = await store.latest()
    assert sample.amount == Decimal(amount)
    assert rows(tmp_path) == [(format(Decimal(amount), "f"),)]
