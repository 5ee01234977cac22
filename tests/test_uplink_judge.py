"""What acknowledgements do, against a journal of several epochs held in memory."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from gateway.alarm import Alarm
from gateway.event import Entry
from gateway.journal import Cursor
from gateway.journal.chain import body_digest, genesis, hash_of
from gateway.mqtt.acknowledgement import Acknowledgement, parse
from gateway.uplink.judge import Judge, Verdict
from gateway.uplink.status import Fork
from gateway.uplink.window import Window

KEY = bytes(range(32))
EPOCHS = ("aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002")


class BookInMemory:
    """A journal with two epochs of ten entries."""

    def __init__(self) -> None:
        self.all: list[Entry] = []
        for number, epoch in enumerate(EPOCHS, 1):
            prev = genesis(KEY, epoch)
            for seq in range(1, 11):
                body = b'{"n":%d}' % seq
                bare = Entry(
                    epoch_number=number, epoch=epoch, seq=seq, id=UUID(int=number * 100 + seq), kind="note", boot="b",
                    mono_ms=1, wall_ms=1, clock="synced", prev=prev, hash=b"", body_sha256=body_digest(body), body=body,
                )  # fmt: skip
                prev = hash_of(bare, "gw-1")
                self.all.append(replace(bare, hash=prev))
        self.epoch, self.epoch_number, self.last_seq = EPOCHS[1], 2, 10

    async def wait_beyond(self, seq: Cursor) -> None:
        raise NotImplementedError

    async def entries(self, after: Cursor, limit: int = 100) -> list[Entry]:
        return [entry for entry in self.all if Cursor(entry.epoch_number, entry.seq) > after][:limit]

    async def entry_at(self, epoch: str, seq: int) -> Entry | None:
        return next((entry for entry in self.all if (entry.epoch, entry.seq) == (epoch, seq)), None)

    async def cursor(self, follower: str) -> Cursor:
        return Cursor()

    async def move_cursor(self, follower: str, cursor: Cursor) -> None:
        raise NotImplementedError

    async def open_alarms(self) -> Sequence[Alarm]:
        return ()

    def ack(self, epoch: int, seq: int) -> Acknowledgement:
        entry = next(entry for entry in self.all if (entry.epoch_number, entry.seq) == (epoch, seq))
        return Acknowledgement(entry.epoch, seq, entry.hash)


@pytest.fixture
def book() -> BookInMemory:
    return BookInMemory()


@pytest.fixture
def window() -> Window:
    return Window(Cursor(), patience_s=10.0)


@pytest.fixture
def judge(book: BookInMemory, window: Window) -> Judge:
    return Judge(book, window, KEY)


async def test_a_matching_hash_moves_the_cursor(judge: Judge, book: BookInMemory, window: Window) -> None:
    assert await judge.hear(book.ack(1, 7), live=True, now=0.0) is Verdict.CONFIRMED
    assert window.confirmed == Cursor(1, 7)


async def test_another_hash_moves_nothing_and_is_a_fork(judge: Judge, book: BookInMemory, window: Window) -> None:
    wrong = replace(book.ack(1, 7), hash=bytes(32))
    assert await judge.hear(wrong, live=True, now=0.0) == Fork(EPOCHS[0], 7, bytes(32), book.ack(1, 7).hash)
    assert window.confirmed == Cursor()


async def test_a_word_beyond_our_end_is_a_fork(judge: Judge) -> None:
    for epoch in EPOCHS:
        beyond = Acknowledgement(epoch, 11, bytes(32))
        assert await judge.hear(beyond, live=False, now=0.0) == Fork(epoch, 11, bytes(32), None)


async def test_an_epoch_we_never_wrote_says_nothing(judge: Judge) -> None:
    foreign = Acknowledgement("cccccccc-0000-4000-8000-000000000003", 5, bytes(32))
    assert await judge.hear(foreign, live=True, now=0.0) is Verdict.NOTHING


async def test_a_later_epochs_word_never_confirms_the_end_of_an_earlier_one(
    judge: Judge, book: BookInMemory, window: Window
) -> None:
    await judge.hear(book.ack(1, 7), live=True, now=0.0)
    assert await judge.hear(book.ack(2, 4), live=True, now=0.0) is Verdict.NOTHING
    assert window.confirmed == Cursor(1, 7)
    assert await judge.hear(book.ack(1, 10), live=True, now=0.0) is Verdict.CONFIRMED
    assert window.confirmed == Cursor(2, 4)


async def test_a_lower_word_said_now_moves_the_cursor_back(judge: Judge, book: BookInMemory, window: Window) -> None:
    await judge.hear(book.ack(1, 9), live=True, now=0.0)
    assert await judge.hear(book.ack(1, 3), live=True, now=0.0) is Verdict.LOWERED
    assert window.confirmed == Cursor(1, 3)


async def test_a_lower_word_of_an_earlier_epoch_moves_the_cursor_back_into_it(
    judge: Judge, book: BookInMemory, window: Window
) -> None:
    await judge.hear(book.ack(1, 10), live=True, now=0.0)
    await judge.hear(book.ack(2, 5), live=True, now=0.0)
    assert await judge.hear(book.ack(1, 10), live=True, now=0.0) is Verdict.NOTHING
    assert await judge.hear(book.ack(1, 9), live=True, now=0.0) is Verdict.LOWERED
    assert window.confirmed == Cursor(1, 9)


async def test_a_lower_word_the_broker_remembers_is_only_a_doubt(
    judge: Judge, book: BookInMemory, window: Window
) -> None:
    await judge.hear(book.ack(1, 9), live=True, now=0.0)
    assert await judge.hear(book.ack(1, 3), live=False, now=100.0) is Verdict.NOTHING
    assert window.confirmed == Cursor(1, 9)
    await judge.hear(book.ack(1, 9), live=True, now=101.0)
    assert not window.expire(1000.0)


async def test_nothing_stored_is_said_with_the_beginning_of_the_chain(
    judge: Judge, book: BookInMemory, window: Window
) -> None:
    await judge.hear(book.ack(1, 9), live=True, now=0.0)
    stranger = Acknowledgement(EPOCHS[0], 0, bytes(32))
    assert await judge.hear(stranger, live=True, now=0.0) is Verdict.NOTHING
    empty = Acknowledgement(EPOCHS[0], 0, genesis(KEY, EPOCHS[0]))
    assert await judge.hear(empty, live=True, now=0.0) is Verdict.LOWERED
    assert window.confirmed == Cursor(1, 0)


def test_an_acknowledgement_is_read_as_it_is_written() -> None:
    ack = Acknowledgement(EPOCHS[0], 42, bytes(range(32)))
    assert parse(ack.payload()) == ack


@pytest.mark.parametrize(
    "payload", [b"", b"null", b"[]", b'{"epoch":"a","seq":-1,"hash":""}', b'{"epoch":"a","seq":true,"hash":""}',
                b'{"epoch":"a","seq":1,"hash":"xy"}', b'{"epoch":1,"seq":1,"hash":""}', b'{"seq":1,"hash":""}', b"\xff"]
)  # fmt: skip
def test_what_is_no_acknowledgement_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match="no acknowledgement"):
        parse(payload)
