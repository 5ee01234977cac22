"""A fork: what the receiver cannot have from us is chained anew, with its ids, and nothing is lost."""

import asyncio
from decimal import Decimal
from pathlib import Path

from gateway.journal import Cursor, Journal, JournalTable, start_counters
from gateway.journal.rebuild import differences
from gateway.journal.verify import verify
from tests.conftest import Time
from tests.journal_day import carton, lot_opened, note, printout


async def test_what_follows_the_common_entry_stands_in_a_new_epoch(journal: Journal, tmp_path: Path) -> None:
    await journal.record(*(note(number) for number in range(10)))
    old, before = journal.epoch, await journal.entries(Cursor())
    await journal.move_cursor("uplink", Cursor(1, 9))
    await journal.fork(Cursor(1, 4))
    assert (journal.epoch_number, journal.last_seq) == (2, 6)
    assert journal.epoch != old
    follower = await journal.cursor("uplink")
    moved = await journal.entries(follower)
    assert [(entry.epoch_number, entry.seq) for entry in moved] == [(2, seq) for seq in range(1, 7)]
    same = [(entry.id, entry.kind, entry.body, entry.boot, entry.mono_ms, entry.wall_ms) for entry in moved]
    assert same == [(e.id, e.kind, e.body, e.boot, e.mono_ms, e.wall_ms) for e in before[4:]]
    assert all(await asyncio.gather(*(journal.entry(entry.id) for entry in before)))
    (entry,) = await journal.record(note(50))
    assert (entry.epoch_number, entry.seq) == (2, 7)
    (again,) = await journal.record(note(7))
    assert again.body is not None
    assert verify(tmp_path).whole


async def test_a_fork_changes_no_projection_and_keeps_every_label(journal: Journal, tmp_path: Path) -> None:
    packed = carton("H261121-0001", "261121000001", Decimal("10.25"))
    await journal.record(lot_opened("H261121-0001", "R261121-0001"), packed)
    lots = await journal.lots()
    await journal.fork(Cursor())
    assert await journal.lots() == lots
    (job,) = await journal.print_jobs("queued")
    assert job.entry_id == packed.id
    await journal.record(printout(packed.id, "done"))
    assert await journal.print_jobs("queued") == []
    assert differences(tmp_path) == {}
    await journal.fork(Cursor(1, 1))  # and again: each entry stands once more, in the newest epoch
    moved = [entry.kind for entry in await journal.entries(Cursor(2, 1_000))]
    assert moved == ["lot-opened", "carton", "printout"]
    assert differences(tmp_path) == {}
    assert verify(tmp_path).whole


async def test_followers_asleep_at_the_old_end_wake_in_the_new_epoch(tmp_path: Path, time: Time) -> None:
    start_counters(tmp_path)
    table = JournalTable(checkpoint_every=5)
    async with Journal.open(tmp_path, table, gateway="gw-1", number=0, stamp=time.stamp) as journal:
        await journal.record(*(note(number) for number in range(20)))
        waiter = asyncio.create_task(journal.wait_beyond(Cursor(1, journal.last_seq)))
        await asyncio.sleep(0)
        await journal.fork(Cursor(1, 3))
        await asyncio.wait_for(waiter, 10)
        kinds = [entry.kind for entry in await journal.entries(await journal.cursor("uplink"))]
        assert kinds.count("checkpoint") == 3
    async with Journal.open(tmp_path, table, gateway="gw-1", number=0, stamp=time.stamp) as journal:
        assert (journal.epoch_number, journal.state().trouble) == (2, "")
    assert verify(tmp_path).whole
