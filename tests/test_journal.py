"""The journal's face: what record() promises, and what followers read."""

import asyncio
import sqlite3
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.errors import IdConflict, JournalError
from gateway.event import Draft
from gateway.journal import Cursor, Journal, JournalTable, canonical, parse
from gateway.journal.books import PRINT_JOB
from gateway.journal.file import MIGRATIONS, know_words, script
from gateway.journal.labels import labels_waiting
from gateway.journal.rows import BY_ID, PLACES_OF_ID
from gateway.journal.verify import verify
from tests.conftest import Time
from tests.journal_day import carton, day, draft, lot_opened, note, printout


def open_journal(directory: Path, time: Time, **settings: object) -> AbstractAsyncContextManager[Journal]:
    table = JournalTable.model_validate(settings)
    return Journal.open(directory, table, gateway="gw-1", number=0, stamp=time.stamp)


async def test_what_was_recorded_is_on_the_disk_for_another_program(journal: Journal, tmp_path: Path) -> None:
    written = draft("unknown-scan|gw-1|1", "unknown-scan", raw="00ff", weight=Decimal("10.250"), name="Sầu riêng")
    (entry,) = await journal.record(written)
    with sqlite3.connect(tmp_path / "journal.db") as other:
        (seq, body) = other.execute("SELECT seq, body FROM entry WHERE id = ?", (str(written.id),)).fetchone()
    assert (seq, body.encode()) == (1, entry.body) == (1, canonical(written.body))
    assert parse(body.encode())["weight"] == Decimal("10.25")


async def test_a_group_is_numbered_without_a_gap_and_in_order(journal: Journal) -> None:
    entries = await journal.record(note(1), note(2), note(3))
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert entries[1].prev == entries[0].hash
    assert journal.last_seq == 3


async def test_the_same_words_again_give_the_entry_that_is_there(journal: Journal) -> None:
    (first,) = await journal.record(note(1))
    (again,) = await journal.record(note(1))
    assert again == first
    assert journal.last_seq == 1


async def test_the_same_id_with_other_words_is_refused_and_journaled(journal: Journal) -> None:
    (first,) = await journal.record(note(1))
    with pytest.raises(IdConflict):
        await journal.record(note(2), note(1, text="other words"))
    assert await journal.entry(note(2).id) is None  # the whole group was refused
    first_again, conflict = await journal.entries(Cursor())
    assert first_again == first
    assert conflict.kind == "conflict"
    words = parse(conflict.body or b"")
    assert words["id"] == str(first.id)
    assert words["offered"] == note(1, text="other words").body
    assert words["eventID"] == f"urn:uuid:{conflict.id}"
    assert conflict.id != first.id


async def test_a_bad_draft_does_not_take_its_neighbours_along(journal: Journal) -> None:
    (first,) = await journal.record(note(1))
    bad = Draft(uuid4(), "carton", {"ph:lot": "H261121-0001"})  # no serial, no weight
    outcomes = await asyncio.gather(
        journal.record(note(2)),
        journal.record(note(3), bad),
        journal.record(note(1, text="other words")),
        journal.record(note(4)),
        return_exceptions=True,
    )
    for outcome, expected in zip(outcomes, (tuple, ValueError, IdConflict, tuple), strict=True):
        assert isinstance(outcome, expected), outcome
    entries = await journal.entries(Cursor())
    assert [entry.seq for entry in entries] == [1, 2, 3, 4]
    assert [entry.kind for entry in entries] == ["unknown-scan", "unknown-scan", "conflict", "unknown-scan"]
    assert [entry.id for entry in entries[1::2]] == [note(2).id, note(4).id]
    assert entries[0] == first


async def test_a_number_too_long_for_json_is_refused_before_it_is_queued(journal: Journal) -> None:
    with pytest.raises(ValueError, match="15 significant digits"):
        await journal.record(draft("x", "unknown-scan", weight=Decimal("1.234567890123456")))
    with pytest.raises(ValueError, match="float"):
        await journal.record(draft("y", "unknown-scan", weight=1.5))  # type: ignore[arg-type]
    assert journal.last_seq == 0


async def test_many_at_once_share_a_few_commits(journal: Journal) -> None:
    before = journal.state().commits
    await asyncio.gather(*(journal.record(note(number)) for number in range(200)))
    assert journal.state().commits - before <= 20
    assert len({entry.id for entry in await journal.entries(Cursor(), 500)}) == journal.last_seq


async def test_one_after_the_other_is_one_commit_each(journal: Journal) -> None:
    before = journal.state().commits
    for number in range(20):
        await journal.record(note(number))
    assert journal.state().commits - before == 20  # the control: nothing lingers to be grouped


def test_an_entry_and_a_label_are_found_without_looking_at_all_of_them() -> None:
    connection = sqlite3.connect(":memory:")
    know_words(connection)
    for name in MIGRATIONS:
        connection.executescript(script(name))
    for sql in (BY_ID, PRINT_JOB):
        plan = [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}", ("an id",))]
        # a few epochs, each of a few blocks of 32,768 entries: these are looked at one by one
        scans = {step for step in plan if "SCAN" in step}
        assert scans == {"SCAN epoch USING COVERING INDEX sqlite_autoindex_epoch_1", "SCAN block"}, plan
        found = "SEARCH entry USING INDEX entry_id (epoch_number=? AND <expr>=? AND <expr>=?)"
        assert any(step == found for step in plan), plan
    connection.close()


async def test_a_cancelled_waiter_leaves_no_doubt(journal: Journal) -> None:
    task = asyncio.create_task(journal.record(note(1)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await journal.entry(note(1).id) is not None  # by the time it is cancelled, the outcome is known


async def test_a_follower_sleeps_until_there_is_more(journal: Journal) -> None:
    waiter = asyncio.create_task(journal.wait_beyond(0))
    await asyncio.sleep(0)
    assert not waiter.done()
    await journal.record(note(1))
    await asyncio.wait_for(waiter, 10)
    await asyncio.wait_for(journal.wait_beyond(Cursor(0, 0)), 10)
    beyond = asyncio.create_task(journal.wait_beyond(Cursor(journal.epoch_number, 1)))
    await asyncio.sleep(0)
    assert not beyond.done()
    beyond.cancel()


async def test_a_follower_goes_on_where_it_stood(tmp_path: Path, time: Time) -> None:
    async with open_journal(tmp_path, time) as journal:
        assert await journal.cursor("uplink") == Cursor(0, 0)
        await journal.record(*(note(number) for number in range(5)))
        await journal.move_cursor("uplink", Cursor(1, 3))
    async with open_journal(tmp_path, time) as journal:
        cursor = await journal.cursor("uplink")
        assert cursor == Cursor(1, 3)
        assert [entry.seq for entry in await journal.entries(cursor, 1)] == [4]
        assert [entry.seq for entry in await journal.entries(cursor)] == [4, 5]


async def test_a_new_start_goes_on_in_the_same_epoch(tmp_path: Path, time: Time) -> None:
    async with open_journal(tmp_path, time) as journal:
        (first,) = await journal.record(note(1))
        epoch = journal.epoch
    async with open_journal(tmp_path, time) as journal:
        (second,) = await journal.record(note(2))
        assert (journal.epoch, journal.epoch_number) == (epoch, 1)
        assert (second.seq, second.prev) == (2, first.hash)
        assert await journal.entry_at(epoch, 1) == first
        assert await journal.entry_at("another epoch", 1) is None


async def test_only_one_gateway_writes_a_directory(journal: Journal, tmp_path: Path, time: Time) -> None:
    with pytest.raises(JournalError, match="another gateway"):
        async with open_journal(tmp_path, time):
            pass
    await journal.record(note(1))


async def test_a_checkpoint_is_written_every_so_many_entries(tmp_path: Path, time: Time) -> None:
    async with open_journal(tmp_path, time, checkpoint_every=5) as journal:
        for number in range(12):
            await journal.record(note(number))
        entries = await journal.entries(Cursor())
    assert [entry.seq for entry in entries if entry.kind == "checkpoint"] == [6, 12]
    words = parse(entries[5].body or b"")
    assert (words["seq"], words["hash"]) == (5, entries[4].hash.hex())
    with sqlite3.connect(tmp_path / "journal.db") as other:
        assert other.execute("SELECT seq, covers FROM checkpoint").fetchall() == [(6, 5), (12, 11)]


async def test_a_checkpoint_comes_with_time_and_none_over_checkpoints_alone(tmp_path: Path, time: Time) -> None:
    async with open_journal(tmp_path, time, checkpoint_every_s=0.05) as journal:
        await journal.record(note(1))
        await asyncio.wait_for(journal.wait_beyond(1), 10)
        (_, checkpoint) = await journal.entries(Cursor())
        assert checkpoint.kind == "checkpoint"
        silence = asyncio.create_task(journal.wait_beyond(2))
        await asyncio.wait({silence}, timeout=0.3)
        assert not silence.done()
        silence.cancel()


async def test_the_signed_head_is_the_last_entry_of_each_commit(journal: Journal, tmp_path: Path) -> None:
    for number in range(3):
        (entry,) = await journal.record(note(number))
        with sqlite3.connect(tmp_path / "journal.db") as other:
            assert other.execute("SELECT seq, hash FROM head").fetchall() == [(entry.seq, entry.hash)]
        assert verify(tmp_path).whole  # while it is in use


async def test_a_label_is_sending_from_before_its_first_byte(tmp_path: Path, time: Time) -> None:
    packed = carton("H261121-0001", "261121000001", Decimal("10.25"))
    async with open_journal(tmp_path, time) as journal:
        await journal.record(lot_opened("H261121-0001", "R261121-0001"), packed)
        (job,) = await journal.print_jobs("queued")
        assert (job.job, job.entry_id, job.kind, job.serial) == (str(packed.id), packed.id, "carton", "261121000001")
        await journal.begin_print(job.job)
        assert await journal.print_jobs("queued") == []
    async with open_journal(tmp_path, time) as journal:  # killed while printing: nothing else is known
        assert await journal.print_jobs("sending") == [replace(job, state="sending")]
        await journal.record(printout(packed.id, "unknown"))
        again = draft("reprint|1", "reprint", of=job.job, printer="spare", reason="torn", station="pack-2")
        await journal.record(again)
        queued, asked = await journal.print_jobs("queued", "unknown"), await journal.print_job(job.job)
        assert asked == replace(job, state="unknown")
        assert [other.job for other in queued] == [job.job, str(again.id)]
        reprint = queued[1]
        assert (reprint.reprint_of, reprint.entry_id, reprint.printer) == (job.job, packed.id, "spare")
        assert (reprint.template, reprint.serial) == ("carton", "261121000001")
        await journal.record(printout(packed.id, "void"), printout(again.id, "done"))
        assert await journal.print_jobs("queued", "sending", "unknown") == []
        assert [other.state for other in await journal.print_jobs()] == ["void", "done"]


@pytest.mark.parametrize("state", ["void", "done"])
async def test_a_label_that_is_settled_can_never_begin_again(journal: Journal, state: str) -> None:
    """Whoever voids a label, and whenever: from then on no byte of it may leave."""
    packed = carton("H261121-0001", "261121000001", Decimal("10.25"))
    await journal.record(lot_opened("H261121-0001", "R261121-0001"), packed, printout(packed.id, state))
    assert not await journal.begin_print(str(packed.id))
    assert [job.state for job in await journal.print_jobs()] == [state]


async def test_a_label_begins_once(journal: Journal) -> None:
    packed = carton("H261121-0001", "261121000001", Decimal("10.25"))
    await journal.record(lot_opened("H261121-0001", "R261121-0001"), packed)
    assert await journal.begin_print(str(packed.id))
    assert not await journal.begin_print(str(packed.id))


async def test_a_job_knows_when_it_was_asked_for(tmp_path: Path, time: Time) -> None:
    packed = carton("H261121-0001", "261121000001", Decimal("10.25"))
    async with open_journal(tmp_path, time) as journal:
        *_, entry = await journal.record(lot_opened("H261121-0001", "R261121-0001"), packed)
        (job,) = await journal.print_jobs("queued")
        assert round(job.asked_at.timestamp() * 1000) == entry.wall_ms
        assert labels_waiting(tmp_path) == [job], "the same is read beside a gateway that is writing"


async def test_a_whole_day_is_read_back_in_order(journal: Journal) -> None:
    drafts = list(day(7))
    for one in drafts:
        await journal.record(one)
    read = []
    cursor = Cursor()
    while page := await journal.entries(cursor, 50):
        read += page
        cursor = Cursor(page[-1].epoch_number, page[-1].seq)
    assert [entry.seq for entry in read] == list(range(1, len(read) + 1))
    assert [entry.id for entry in read if entry.kind != "checkpoint"] == [one.id for one in drafts]


async def test_an_id_is_found_in_whatever_block_and_epoch_it_stands(journal: Journal, tmp_path: Path) -> None:
    notes = await journal.record(*(note(number) for number in range(5)))
    await journal.fork(Cursor(1, 3))
    with closing(sqlite3.connect(tmp_path / "journal.db", isolation_level=None)) as other:
        # as if there had been some 32,768 entries before each: three blocks of them, in two epochs
        for seq, moved in ((5, 70_000), (4, 40_000), (3, 32_768), (2, 32_767)):
            other.execute("UPDATE entry SET seq = ? WHERE epoch_number = 1 AND seq = ?", (moved, seq))
        places = {str(entry.id): other.execute(PLACES_OF_ID.format(1), (str(entry.id),)).fetchall() for entry in notes}
    assert sorted(place for found in places.values() for place in found if place[0] == 1) == [
        (1, 1), (1, 32_767), (1, 32_768), (1, 40_000), (1, 70_000),
    ]  # fmt: skip
    newest = [await journal.entry(entry.id) for entry in notes]
    assert [(entry.epoch_number, entry.seq) for entry in newest if entry] == [
        (1, 1), (1, 32_767), (1, 32_768), (2, 1), (2, 2),
    ]  # fmt: skip
