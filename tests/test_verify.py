"""verify names the first entry that is wrong, and how; and says what it could not prove."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.event import Entry
from gateway.journal import Cursor, Journal, JournalTable
from gateway.journal.backup import back_up
from gateway.journal.chain import genesis, hash_of
from gateway.journal.key import load_key, make_key
from gateway.journal.rows import COLUMNS, INSERT, entry_of, row_of
from gateway.journal.verify import Chain, check_chain, verify
from tests.conftest import Time
from tests.journal_day import note

ENTRIES = 40
EVERY = 10  # checkpoints at 11, 22, 33, 44


@contextmanager
def opened(directory: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(directory / "journal.db", isolation_level=None)
    yield connection
    connection.close()


@pytest.fixture
async def whole(tmp_path: Path, time: Time) -> Path:
    """A sound journal of 44 entries, four of them checkpoints."""
    table = JournalTable(checkpoint_every=EVERY)
    async with Journal.open(tmp_path, table, gateway="gw-1", number=0, stamp=time.stamp) as journal:
        for number in range(ENTRIES):
            await journal.record(note(number))
    return tmp_path


def entries_of(directory: Path) -> list[Entry]:
    with opened(directory) as connection:
        return [entry_of(row) for row in connection.execute(f"SELECT {COLUMNS} FROM entry ORDER BY seq")]


def sql(directory: Path, *statements: str) -> None:
    with opened(directory) as connection:
        for statement in statements:
            connection.execute(statement)


def put(directory: Path, *entries: Entry) -> None:
    """Write entries over those with their numbers."""
    with opened(directory) as connection:
        for entry in entries:
            connection.execute("DELETE FROM entry WHERE seq = ? OR id = ?", (entry.seq, str(entry.id)))
        for entry in entries:
            connection.execute(INSERT, row_of(entry))


def hashed_anew(entry: Entry, prev: bytes | None = None, **changes: Any) -> Entry:
    """What a forger without the key can do: change an entry and make its own hash fit."""
    changed = replace(entry, prev=prev or entry.prev, **changes)
    if changed.body is not None:
        changed = replace(changed, body_sha256=hashlib.sha256(changed.body).digest())
    return replace(changed, hash=hash_of(changed, "gw-1"))


def altered_body(directory: Path) -> None:
    sql(directory, """UPDATE entry SET body = '{"raw":"altered"}' WHERE seq = 17""")


def altered_header(directory: Path) -> None:
    sql(directory, "UPDATE entry SET wall_ms = wall_ms + 1 WHERE seq = 17")


def id_in_capitals(directory: Path) -> None:
    sql(directory, "UPDATE entry SET id = upper(id) WHERE seq = 17")


def altered_link(directory: Path) -> None:
    sql(directory, "UPDATE entry SET prev = zeroblob(32) WHERE seq = 17")


def altered_hash(directory: Path) -> None:
    sql(directory, "UPDATE entry SET hash = zeroblob(32) WHERE seq = 17")


def altered_and_hashed_anew(directory: Path) -> None:
    put(directory, hashed_anew(entries_of(directory)[16], body=b'{"raw":"altered"}'))


def altered_last_and_hashed_anew(directory: Path) -> None:
    put(directory, hashed_anew(entries_of(directory)[43], body=b'{"raw":"altered"}', kind="unknown-scan"))


def rewritten_to_the_end(directory: Path) -> None:
    entries = entries_of(directory)
    prev = entries[15].hash
    for number in range(16, len(entries)):
        body = b'{"raw":"altered"}' if number == 16 else entries[number].body
        entries[number] = hashed_anew(entries[number], prev, body=body)
        prev = entries[number].hash
    put(directory, *entries[16:])


def removed(directory: Path) -> None:
    sql(directory, "DELETE FROM entry WHERE seq = 17")


def removed_several(directory: Path) -> None:
    sql(directory, "DELETE FROM entry WHERE seq BETWEEN 17 AND 20")


def removed_and_closed_up(directory: Path) -> None:
    sql(directory, "DELETE FROM entry WHERE seq = 17")
    for seq in range(18, 45):
        sql(directory, f"UPDATE entry SET seq = {seq - 1} WHERE seq = {seq}")


def removed_first(directory: Path) -> None:
    sql(directory, "DELETE FROM entry WHERE seq = 1")


def make_room(directory: Path, seq: int) -> None:
    for number in range(44, seq - 1, -1):
        sql(directory, f"UPDATE entry SET seq = {number + 1} WHERE seq = {number}")


def inserted(directory: Path) -> None:
    alien = replace(entries_of(directory)[16], id=note(999).id)
    make_room(directory, 17)
    put(directory, alien)


def inserted_and_linked(directory: Path) -> None:
    alien = hashed_anew(entries_of(directory)[16], id=note(999).id, body=b'{"raw":"alien"}')
    make_room(directory, 17)
    put(directory, alien)


def appended(directory: Path) -> None:
    last = entries_of(directory)[-1]
    put(directory, hashed_anew(last, last.hash, seq=45, id=note(999).id, kind="unknown-scan", body=b'{"raw":"alien"}'))


def reordered(directory: Path) -> None:
    sql(
        directory,
        "UPDATE entry SET seq = 1000 WHERE seq = 17",
        "UPDATE entry SET seq = 17 WHERE seq = 18",
        "UPDATE entry SET seq = 18 WHERE seq = 1000",
    )


def moved_far(directory: Path) -> None:
    sql(
        directory,
        "UPDATE entry SET seq = 1000 WHERE seq = 17",
        "UPDATE entry SET seq = 17 WHERE seq = 30",
        "UPDATE entry SET seq = 30 WHERE seq = 1000",
    )


def forged_checkpoint(directory: Path) -> None:
    """A checkpoint with a signature of no key of ours."""
    entries = entries_of(directory)
    body = (entries[21].body or b"").replace(b'"signature":"', b'"signature":"00')
    put(directory, hashed_anew(entries[21], body=body))


def forged_copy(directory: Path) -> None:
    sql(directory, "UPDATE checkpoint SET signature = zeroblob(64) WHERE seq = 22")


def renumbered_copy(directory: Path) -> None:
    sql(directory, "UPDATE checkpoint SET seq = 27 WHERE seq = 22")


def removed_copy(directory: Path) -> None:
    sql(directory, "DELETE FROM checkpoint WHERE seq = 22")


def copy_of_no_epoch(directory: Path) -> None:
    sql(directory, "UPDATE checkpoint SET epoch_number = 5 WHERE seq = 22")


def forged_head(directory: Path) -> None:
    sql(directory, "UPDATE head SET signature = zeroblob(64)")


def tail_cut(directory: Path) -> None:
    sql(directory, "DELETE FROM entry WHERE seq > 35")


def tail_cut_with_its_head(directory: Path) -> None:
    last = entries_of(directory)[34]
    sql(directory, "DELETE FROM entry WHERE seq > 35")
    with opened(directory) as connection:
        connection.execute("UPDATE head SET seq = 35, hash = ?", (last.hash,))


def lost_head(directory: Path) -> None:
    sql(directory, "DELETE FROM head")


TAMPERING: list[tuple[Callable[[Path], None], int, str]] = [
    (altered_body, 17, "altered"),
    (altered_header, 17, "altered"),
    (altered_link, 17, "altered"),
    (id_in_capitals, 17, "unreadable"),
    (altered_hash, 17, "altered"),
    (altered_and_hashed_anew, 17, "altered"),
    (altered_last_and_hashed_anew, 44, "forged"),
    (rewritten_to_the_end, 22, "forged"),
    (removed, 17, "removed"),
    (removed_several, 17, "removed"),
    (removed_and_closed_up, 17, "removed"),
    (removed_first, 1, "removed"),
    (inserted, 17, "inserted"),
    (inserted_and_linked, 17, "inserted"),
    (appended, 45, "inserted"),
    (reordered, 17, "reordered"),
    (moved_far, 17, "reordered"),
    (forged_checkpoint, 22, "forged"),
    (forged_copy, 22, "forged"),
    (renumbered_copy, 22, "altered"),
    (removed_copy, 44, "removed"),
    (copy_of_no_epoch, 44, "removed"),
    (forged_head, 44, "forged"),
    (tail_cut, 36, "tail cut"),
    (tail_cut_with_its_head, 35, "forged"),
    (lost_head, 44, "tail cut"),
]


@pytest.mark.parametrize(("tamper", "seq", "what"), TAMPERING, ids=[tamper.__name__ for tamper, _, _ in TAMPERING])
def test_each_kind_of_tampering_is_named_where_it_began(
    whole: Path, tamper: Callable[[Path], None], seq: int, what: str
) -> None:
    tamper(whole)
    verdict = verify(whole)
    assert verdict.first is not None
    assert (verdict.first.seq, verdict.first.what) == (seq, what), verdict.first
    assert not verdict.whole


@pytest.mark.parametrize(("tamper", "seq", "what"), TAMPERING, ids=[tamper.__name__ for tamper, _, _ in TAMPERING])
def test_tampering_with_a_backup_is_named_as_well(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, tamper: Callable[[Path], None], seq: int, what: str
) -> None:
    copy = tmp_path_factory.mktemp("backup") / "copy"
    back_up(whole, copy)
    assert verify(copy).whole
    tamper(copy)
    verdict = verify(copy)
    assert verdict.first is not None
    assert (verdict.first.seq, verdict.first.what) == (seq, what), verdict.first


def test_a_sound_journal_is_whole_from_its_key_to_its_head(whole: Path) -> None:
    key = load_key(whole)
    assert key is not None
    verdict = verify(whole, public_key=key.public)
    assert verdict.whole
    assert verdict.entries == 44
    (proof,) = verdict.proved
    assert "whole from the key's first hash of epoch 1" in proof
    assert f"the signed head, entry 44 ({entries_of(whole)[-1].hash.hex()})" in proof
    (unproved,) = verdict.unproved
    assert "older copy" in unproved


def test_without_the_registered_key_it_says_what_that_leaves_open(whole: Path) -> None:
    assert any("registered" in sentence for sentence in verify(whole).unproved)


def test_a_journal_of_another_key_is_forged(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = make_key(tmp_path_factory.mktemp("other"))
    verdict = verify(whole, public_key=other.public)
    assert verdict.first is not None
    assert verdict.first.what == "forged"


def test_a_rolled_back_journal_is_whole_and_says_that_it_may_be(whole: Path, tmp_path_factory: Any) -> None:
    copy = tmp_path_factory.mktemp("copy")
    shutil.copy(whole / "journal.db", copy)  # the whole card put back: nothing in it is wrong
    verdict = verify(copy / "journal.db")
    assert verdict.whole
    assert any("only the receiver can tell" in sentence for sentence in verdict.unproved)


def test_a_purged_body_is_known_by_its_hash_and_said_so(whole: Path) -> None:
    sql(whole, "UPDATE entry SET body = NULL WHERE seq < 11")
    verdict = verify(whole)
    assert verdict.whole
    assert any("10 entries without a body" in sentence for sentence in verdict.unproved)


def test_what_is_no_database_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"garbage" * 1000)
    verdict = verify(tmp_path)
    assert verdict.first is not None
    assert verdict.first.what == "unreadable"
    with pytest.raises(FileNotFoundError):
        verify(tmp_path / "nowhere")


def test_flipped_bits_never_pass(whole: Path) -> None:
    path = whole / "journal.db"
    sound = path.read_bytes()
    needle = sound.index(b'"raw":"1b"')
    for offset in range(needle, needle + 9):
        path.write_bytes(sound[:offset] + bytes([sound[offset] ^ 1]) + sound[offset + 1 :])
        assert not verify(whole).whole


def test_a_receiver_checks_rows_of_its_own(whole: Path) -> None:
    entries = entries_of(whole)
    key = load_key(whole)
    assert key is not None
    chain = Chain("gw-1", entries[0].epoch, 1, key.public)
    report = check_chain(iter(entries), chain)
    assert (report.entries, report.seq, report.hash, report.signed) == (44, 44, entries[-1].hash, 43)
    assert report.defect is None
    later = check_chain(entries[20:], chain, after=(20, entries[19].hash))
    assert (later.entries, later.seq, later.defect) == (24, 44, None)
    gap = check_chain(entries[:5] + entries[6:], chain)
    assert gap.defect is not None
    assert (gap.seq, gap.defect.seq, gap.defect.what) == (5, 6, "removed")
    assert check_chain([], chain).hash == genesis(key.public, chain.epoch)


async def test_a_journal_in_use_can_be_verified(journal: Journal, tmp_path: Path) -> None:
    for number in range(50):
        await journal.record(note(number))
        verdict = verify(tmp_path)
        assert verdict.whole, verdict.first
        assert verdict.entries == len(await journal.entries(Cursor(), 500))
