"""What the gateway finds wrong with itself is an alarm: raised once, cleared when it is over, across restarts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.alarm import OF_GATEWAY, Alarm
from gateway.conditions import conditions
from gateway.event import Tick
from gateway.journal import JournalTable
from gateway.journal.books import CONDITIONS, JournalState
from gateway.journal.rows import Cursor
from gateway.mqtt import BrokerTable
from gateway.mqtt.certificates import CERTIFICATE, expiring
from gateway.record.condition import Condition
from gateway.uplink.concerns import FORK
from tests.brokers import until
from tests.epcis_checker import as_plain, check
from tests.houses import note
from tests.road import MORNING, PackingHouse, Time, packing_house
from tests.test_mqtt_tls import Authority

BROKER = BrokerTable.model_validate({"host": "127.0.0.1", "acknowledge": "receiver"})
SMALL = JournalTable(budget_mb=1, checkpoint_every=5)


def watched(house: PackingHouse, broker: BrokerTable = BROKER) -> dict[str, Condition]:
    return conditions("gw-1", house.journal, house.house.clock, lambda: broker)


async def told(house: PackingHouse) -> list[tuple[str, str]]:
    """Give the gateway's own alarms as they stand in the journal."""
    bodies = await house.bodies("alarm")
    return [(body["ph:rule"], body["ph:alarmState"]) for body in bodies if body["ph:rule"] in OF_GATEWAY]


class Asked:
    """A condition whose answer the test gives."""

    def __init__(self, answer: str | None) -> None:
        self.answer = answer
        self.times = 0

    def __call__(self) -> str | None:
        self.times += 1
        return self.answer


def ticks(condition: Condition, *seconds: float) -> list[Alarm]:
    return [alarm for second in seconds for alarm in condition.see(Tick(MORNING + timedelta(seconds=second), second))]


def test_it_is_raised_once_and_cleared_once() -> None:
    ask = Asked("full")
    condition = Condition("journal-space", "gw-1", ask)
    (raised,) = ticks(condition, 1, 2, 3)
    assert (raised.rule, raised.state, raised.message, raised.source) == ("journal-space", "raised", "full", "gw-1")
    ask.answer = "fuller"
    assert ticks(condition, 4) == []
    ask.answer = ""
    (cleared,) = ticks(condition, 5, 6)
    assert (cleared.state, cleared.since, cleared.message) == ("cleared", raised.since, "full")


def test_what_is_not_known_yet_neither_raises_nor_clears() -> None:
    ask = Asked(None)
    condition = Condition("journal-damaged", "gw-1", ask)
    assert ticks(condition, 1) == []
    ask.answer = "page 7"
    (raised,) = ticks(condition, 2)
    again = Condition("journal-damaged", "gw-1", ask)
    assert again.resume(raised)
    ask.answer = None
    assert ticks(again, 3) == []
    ask.answer = "page 7"
    assert ticks(again, 4) == []
    ask.answer = ""
    assert [alarm.state for alarm in ticks(again, 5)] == ["cleared"]


def test_it_takes_up_no_alarm_of_another_name_or_gateway() -> None:
    (raised,) = ticks(Condition("journal-space", "gw-1", Asked("full")), 1)
    assert not Condition("journal-damaged", "gw-1", Asked("")).resume(raised)
    assert not Condition("journal-space", "gw-2", Asked("")).resume(raised)


def test_it_is_asked_no_oftener_than_it_wants_but_until_it_knows() -> None:
    ask = Asked(None)
    condition = Condition(CERTIFICATE, "gw-1", ask, every_s=3600)
    ticks(condition, 1, 2)
    assert ask.times == 2
    ask.answer = ""
    ticks(condition, 3, 4, 3602)
    assert ask.times == 3
    ticks(condition, 3603)
    assert ask.times == 4


def test_the_names_are_all_reserved() -> None:
    assert {*CONDITIONS, CERTIFICATE, FORK} == OF_GATEWAY


async def test_the_journals_space_is_an_alarm_in_the_journal_and_a_restart_does_not_repeat_it(tmp_path: Path) -> None:
    async with packing_house(tmp_path, journal_table=SMALL, judges=watched) as house:
        await house.passes(1)
        assert await told(house) == []
        while house.journal.state().watermark in {"low", "high"}:
            await house.journal.record(note("x" * 4_000))
        await house.passes(1)
        await house.passes(1)
        assert await told(house) == [("journal-space", "raised")]
        assert "journal-space" in house.house.board.alarm_rules.values()
        (alarm,) = await house.journal.open_alarms()
        assert "sổ sự kiện" in alarm.message
        assert "journal has used" in alarm.message
        (body,) = await house.bodies("alarm")
        assert check(as_plain(house.wrapped(body))) == 1
    async with packing_house(tmp_path, house.time, journal_table=SMALL, judges=watched) as house:
        await house.passes(1)
        assert await told(house) == [("journal-space", "raised")]
    roomy = JournalTable(budget_mb=100)
    async with packing_house(tmp_path, house.time, journal_table=roomy, judges=watched) as house:
        await house.passes(1)
        await house.passes(1)
        assert await told(house) == [("journal-space", "raised"), ("journal-space", "cleared")]
        assert house.house.board.alarms == house.house.board.alarm_rules == {}


async def test_a_purge_before_its_time_is_an_alarm_that_outlives_a_restart(tmp_path: Path) -> None:
    async with packing_house(tmp_path, journal_table=SMALL, judges=watched) as house:
        while house.journal.state().watermark == "low":
            await house.journal.record(note("x" * 4_000))
            await house.journal.move_cursor("uplink", Cursor(1, house.journal.last_seq))
        await until(lambda: bool(house.journal.state().early_purge), "purged for want of space")
        await house.passes(1)
        assert await told(house) == [("journal-early-purge", "raised")]
    async with packing_house(tmp_path, house.time, journal_table=SMALL, judges=watched) as house:
        assert house.journal.state().condition("journal-early-purge") is None  # nobody has looked yet
        await house.passes(1)
        await until(lambda: house.journal.state().early_purge is not None, "looked at")
        await house.passes(1)
        assert house.journal.state().early_purge
        assert await told(house) == [("journal-early-purge", "raised")]


async def test_a_damaged_journal_stands_as_an_alarm_until_somebody_took_the_file_away(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
    (tmp_path / "journal.db").write_bytes(b"garbage" * 1000)
    for _ in range(2):
        async with packing_house(tmp_path, house.time, judges=watched, check_after_s=0.0) as house:
            await house.checked()
            await house.passes(1)
            assert await told(house) == [("journal-damaged", "raised")]
            assert house.journal.state().left == (tmp_path / "journal.damaged-1.db",)
    (tmp_path / "journal.damaged-1.db").rename(tmp_path / "salvage.db")
    async with packing_house(tmp_path, house.time, judges=watched, check_after_s=0.0) as house:
        await house.checked()
        await house.passes(1)
        assert await told(house) == [("journal-damaged", "raised"), ("journal-damaged", "cleared")]


async def test_what_the_full_check_finds_is_an_alarm_that_waits_for_the_next_check(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        lot = await house.begin_packing()
        seq = (await house.entries("lot-opened"))[0].seq
        for _ in range(320):
            await house.journal.record(note())
    alter(tmp_path, seq, lot)
    async with packing_house(tmp_path, house.time, judges=watched, check_after_s=0.0) as house:
        await house.checked()
        await house.passes(1)
        assert await told(house) == [("journal-damaged", "raised")]
        (alarm,) = await house.journal.open_alarms()
        assert f"entry {seq}" in alarm.message
    async with packing_house(tmp_path, house.time, judges=watched, check_after_s=3600) as house:
        await house.passes(1)  # before the check: not known, so it stands
        assert await told(house) == [("journal-damaged", "raised")]


def alter(directory: Path, seq: int, lot: str) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(directory / "journal.db", isolation_level=None)) as db:
        db.execute("UPDATE entry SET body = replace(body, ?, ?) WHERE seq = ?", (lot, lot[::-1], seq))


@pytest.mark.parametrize(
    ("days", "said"),
    [(31, False), (29, True), (-3, True)],
)
def test_a_certificate_is_said_thirty_days_ahead(tmp_path: Path, days: int, said: bool) -> None:
    authority = Authority(tmp_path, "ca")
    own, key = authority.sign("gateway")  # both end within days
    table = BrokerTable.model_validate(
        {"host": "b", "acknowledge": "receiver", "certificate": str(own), "key": str(key)}
    )
    end = datetime.now(UTC) + timedelta(hours=49)
    sentence = expiring(table, end - timedelta(days=days))
    assert bool(sentence) == said
    if said:
        assert "chứng thư số gateway.pem hết hạn ngày" in sentence
        assert "certificate gateway.pem ends" in sentence


def test_of_a_bundle_of_authorities_the_last_to_end_counts(tmp_path: Path) -> None:
    old, new = Authority(tmp_path, "old"), Authority(tmp_path, "new", lasts_h=24 * 365)
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(old.path.read_bytes() + new.path.read_bytes())
    now = datetime.now(UTC)
    for path, said in ((old.path, True), (bundle, False), (tmp_path / "nothing.pem", False)):
        table = BrokerTable.model_validate({"host": "b", "acknowledge": "receiver", "ca": str(path)})
        assert bool(expiring(table, now)) == said


async def test_a_certificate_that_ends_is_an_alarm_unless_nobody_knows_the_date(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "ca")
    table = BrokerTable.model_validate({"host": "b", "acknowledge": "receiver", "ca": str(authority.path)})

    def judges(house: PackingHouse) -> dict[str, Condition]:
        return watched(house, table)

    time = Time(wall=datetime.now(UTC), synced=False)
    async with packing_house(tmp_path, time, judges=judges) as house:
        await house.passes(1)
        assert await told(house) == []
        time.synced = True
        house.house.clock.look()
        await house.passes(1)
        assert await told(house) == [(CERTIFICATE, "raised")]


def test_a_journal_that_says_nothing_has_no_conditions(tmp_path: Path) -> None:
    state = JournalState(
        path=tmp_path, epoch="e", epoch_number=1, last_seq=1, bytes_used=1, budget_bytes=1_000_000, commits=1, error="",
        trouble="", set_aside=(), early_purge=False, checked=True,
    )  # fmt: skip
    assert [state.condition(name) for name in CONDITIONS] == [""] * len(CONDITIONS)
