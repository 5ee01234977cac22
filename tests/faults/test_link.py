"""Bad links: a backlog gets through a slow, lossy line small and whole, and a black hole is noticed."""

from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import pytest

from tests.brokers import running, until
from tests.faults.conftest import need
from tests.faults.link_blackout import NoCgroup, blackout, little_memory
from tests.faults.link_drain import an_uplink, cartons, drain, journal_in, province, raw_size
from tests.faults.link_relay import FAIR, PERFECT, RURAL, Line

WIRE_RATIO = 0.25
MEMORY_MB = 96
BACKLOG = 5000
QUICK = Line(bits_s=4_000_000, round_trip_s=0.05)
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def tools() -> None:
    need("mosquitto")


@pytest.mark.parametrize(("line", "events"), [(RURAL, 500), (FAIR, 1000)], ids=["256 kbit/s", "1 Mbit/s"])
async def test_a_backlog_gets_through_a_bad_line_whole_and_small(tmp_path: Path, line: Line, events: int) -> None:
    drained = await drain(tmp_path, line, events)
    assert drained.lost == 0
    assert drained.connections_lost == 0
    assert drained.doubles == 0
    assert drained.wire_ratio <= WIRE_RATIO


async def test_a_gateway_that_sends_one_by_one_takes_more_of_the_line(tmp_path: Path) -> None:
    """The control of the ratio, and of the line: without pacing the same events are there far sooner."""
    async with journal_in(tmp_path) as journal, province(tmp_path, PERFECT) as line:
        link = an_uplink(journal, line.port)
        async with running(link.run(), "uplink"):
            await until(lambda: link.status.connected, "connected")
            for carton in islice(cartons(), 12):
                (entry,) = await journal.record(carton)
                await until(lambda seq=entry.seq: link.status.confirmed.seq >= seq, "confirmed")  # type: ignore[misc]
        assert line.up_bytes / await raw_size(journal) > WIRE_RATIO


async def test_the_bad_line_is_a_bad_line(tmp_path: Path) -> None:
    """The control of the relay: it lets no more through than it says, and an unpaced one does."""
    slow = await drain(tmp_path / "slow", RURAL, 100)
    quick = await drain(tmp_path / "quick", PERFECT, 100)
    assert slow.wire_bytes * 8 / slow.seconds < RURAL.bits_s
    assert quick.seconds < slow.seconds


async def test_a_line_that_swallows_everything_is_noticed_by_who_listens_for_it_alone(tmp_path: Path) -> None:
    """The control stands beside it: with a keepalive of an hour, TCP alone has said nothing by then."""
    async with journal_in(tmp_path) as journal, province(tmp_path, PERFECT) as line:
        attentive = an_uplink(journal, line.port, keepalive_s=1)
        careless = an_uplink(journal, line.port, gateway="gw-2", keepalive_s=3600)
        async with running(attentive.run(), "attentive"), running(careless.run(), "careless"):
            await until(lambda: attentive.status.connected and careless.status.connected, "connected")
            line.swallow = True
            await until(lambda: not attentive.status.connected, "the black hole was noticed")
            assert careless.status.connected
            line.swallow = False
            await until(lambda: attentive.status.connected, "connected again")


async def test_what_happens_now_overtakes_what_gathered_in_a_blackout(tmp_path: Path) -> None:
    with ExitStack() as stack:
        try:
            group = stack.enter_context(little_memory(MEMORY_MB))
        except NoCgroup as why:
            need(str(why))
        told = await blackout(tmp_path, QUICK, BACKLOG, group)
    assert told.lost == 0
    assert len(told.live_s) >= 3
    assert told.live_p95_s() < told.seconds / 2  # in order they would have waited for most of the backlog
    assert told.peak_mb is not None
    assert told.peak_mb <= MEMORY_MB
