"""A season of two hundred lots, traced: what is answered is what was told, to the gram."""

import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from firmware_mock import season_words as told
from firmware_mock.season import AREAS, VIETNAM, Season
from gateway.errors import JournalError
from gateway.journal.books import OPEN_PRINT_JOBS
from gateway.journal.canonical import canonical, parse
from gateway.journal.reader import Reader, open_reader
from gateway.readings.columns import Span
from gateway.trace import NotFound, Premises, Recall, Trace, day_now, recall_now, trace, trace_now
from gateway.trace.lineage import Subject, lineage
from tests.season_house import load_readings, load_season, premises

LOTS = 200
BEGIN = datetime(2026, 5, 4, tzinfo=VIETNAM)
END = BEGIN + timedelta(days=9)


@dataclass
class Truth:
    """What the season told, added up by itself."""

    harvest_of: dict[str, str] = field(default_factory=dict)
    area_of: dict[str, str] = field(default_factory=dict)
    received: dict[str, Decimal] = field(default_factory=dict)
    lot_of: dict[str, str] = field(default_factory=dict)
    kg: dict[str, Decimal] = field(default_factory=dict)
    void: set[str] = field(default_factory=set)
    pallet_of: dict[str, str] = field(default_factory=dict)
    customer_of: dict[str, str] = field(default_factory=dict)

    def add(self, one: told.Happened) -> None:
        match one:
            case told.Received():
                self.harvest_of[one.lot] = one.lot
                self.area_of[one.lot] = one.area
                self.received[one.lot] = sum((load[0] - load[1] for load in one.loads), -one.deduction)
            case told.Graded():
                for lot, _, _ in one.outputs:
                    self.harvest_of[lot] = one.lot
            case told.Packed():
                self.lot_of[one.serial] = one.lot
                self.kg[one.serial] = one.gross - one.tare
            case told.Corrected():
                self.kg[one.serial] = one.gross - one.tare
            case told.Voided():
                self.void.add(one.serial)
            case told.Palletised():
                self.pallet_of |= dict.fromkeys(one.serials, one.sscc)
            case told.Dispatched():
                self.customer_of |= dict.fromkeys(one.pallets, one.customer)

    def cartons_of(self, area: str) -> set[str]:
        return {serial for serial, lot in self.lot_of.items() if self.area_of[self.harvest_of[lot]] == area}


@dataclass
class Told:
    house: Premises
    happened: list[told.Happened]
    truth: Truth

    def first(self, kind: type) -> told.Happened:
        return next(one for one in self.happened if isinstance(one, kind))


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Told:
    directory = tmp_path_factory.mktemp("season")
    happened = list(Season(11, LOTS, lots_a_day=50, loads=(1, 2)).happened())
    load_season(directory, happened)
    load_readings(directory, BEGIN, END, every_s=60, happened=happened)
    truth = Truth()
    for one in happened:
        truth.add(one)
    return Told(premises(directory), happened, truth)


@pytest.fixture
def reader(season: Told) -> Iterator[Reader]:
    with open_reader(season.house.data) as opened:
        yield opened


def traced(season: Told, code: str, house: Premises | None = None) -> Trace:
    answer = trace_now(house or season.house, code, END)
    assert isinstance(answer, Trace)
    return answer


# genealogy and mass balance


def test_every_carton_leads_to_exactly_the_farm_lot_it_came_from(season: Told, reader: Reader) -> None:
    assert len(season.truth.lot_of) > 4000
    for serial, lot in season.truth.lot_of.items():
        line = lineage(Subject("carton", serial), reader)
        (harvested,) = line.harvested
        assert (harvested.code, harvested.area) == (
            season.truth.harvest_of[lot],
            season.truth.area_of[season.truth.harvest_of[lot]],
        )
        assert list(line.lots) == [harvested.code, lot]
        assert line.carton is not None
        assert line.carton.kg == season.truth.kg[serial]


def test_no_kilogram_of_a_lot_appears_or_vanishes(season: Told) -> None:
    seen: dict[str, Decimal] = {}
    for area in AREAS:
        for lot in recall_now(season.house, area, None, None, END).lots:
            seen[lot.lot] = sum((one.kg for one in lot.where if one.state != "void"), Decimal())
            assert seen[lot.lot] == lot.received, lot.lot
    assert seen == season.truth.received


@pytest.mark.parametrize("place", range(0, LOTS, 20))
def test_a_lots_balance_is_what_its_parts_add_up_to(season: Told, reader: Reader, place: int) -> None:
    code = list(season.truth.received)[place]
    answer = traced(season, code)
    for balance in answer.balances:
        row = reader.lot(balance.lot)
        assert row is not None
        assert balance.received == balance.graded + balance.cartons + balance.shipped + balance.thrown + balance.left
        assert balance.graded == sum((kg for _, kg in balance.outputs), balance.loss)
        standing = [
            carton for carton in reader.each_carton_of_lot(balance.lot) if carton.serial not in season.truth.void
        ]
        assert balance.cartons == sum((season.truth.kg[carton.serial] for carton in standing), Decimal())
    assert answer.kg == season.truth.received[code]
    packed = {serial for serial, lot in season.truth.lot_of.items() if season.truth.harvest_of[lot] == code}
    assert answer.cartons == len(packed - season.truth.void)


def test_a_recall_finds_exactly_the_cartons_of_the_area_and_where_they_went(season: Told, reader: Reader) -> None:
    for area in AREAS:
        list_ = recall_now(season.house, area, None, None, END)
        found = {carton.serial for lot in list_.where for carton in reader.each_carton_of_lot(lot.lot)}
        assert found == season.truth.cartons_of(area)
        went: dict[str, int] = defaultdict(int)
        for serial in found - season.truth.void:
            went[season.truth.customer_of[season.truth.pallet_of[serial]]] += 1
        answered: dict[str, int] = defaultdict(int)
        for one in list_.where:
            if one.state == "dispatched" and one.customer is not None:
                answered[one.customer.partition(" · ")[0]] += one.cartons
        assert answered == went
        assert sum(one.cartons for one in list_.where if one.state == "void") == len(found & season.truth.void)


def test_a_recall_of_some_days_holds_the_lots_harvested_then(season: Told) -> None:
    area = AREAS[3]
    every = recall_now(season.house, area, None, None, END)
    days = (date(2026, 5, 5), date(2026, 5, 5))
    some = recall_now(season.house, area, *days, END)
    assert 0 < len(some.lots) < len(every.lots)
    wanted = [lot.lot for lot in every.lots if lot.harvested[0] <= days[1] and lot.harvested[1] >= days[0]]
    assert [lot.lot for lot in some.lots] == wanted
    assert isinstance(trace_now(season.house, area.lower(), END), Recall)
    assert trace_now(season.house, area, END) == every


# codes


async def test_a_carton_answers_to_whatever_names_it(season: Told) -> None:
    serial = next(iter(season.truth.pallet_of))
    lot = season.truth.lot_of[serial]
    gtin = "99521234000054" if traced(season, serial).product.en == "Durian Ri6" else "99521234000061"
    told_of = await trace(season.house, serial, END)
    for code in (
        f"https://trace.example.org/01/{gtin}/10/{lot}/21/{serial}?3102=001025",
        f"https://id.gs1.org/01/{gtin}/21/{serial}",
        f"01{gtin}10{lot}\x1d21{serial}",
        f"(01){gtin}(10){lot}(21){serial}",
        f" {serial}\n",
    ):
        assert replace(traced(season, code), asked=serial) == told_of


def test_a_pallet_and_a_lot_answer_too(season: Told) -> None:
    pallet = season.first(told.Palletised)
    assert isinstance(pallet, told.Palletised)
    by_code, by_label = traced(season, pallet.sscc), traced(season, f"00{pallet.sscc}")
    assert replace(by_label, asked=pallet.sscc) == by_code
    assert (by_code.kind, by_code.cartons) == ("pallet", len(pallet.serials))
    tag = traced(season, f"https://id.gs1.org/01/99521234000016/10/{pallet.lot}")
    assert (tag.kind, tag.code) == ("lot", pallet.lot)


@pytest.mark.parametrize("code", ["260504999999", "H260504-9999", "VN-XXOR-9999", "https://example.org/x", "no code"])
def test_a_code_nobody_knows_is_said_so(season: Told, code: str) -> None:
    with pytest.raises(NotFound, match="không có trong sổ sự kiện này"):
        trace_now(season.house, code, END)


def test_a_code_with_a_wrong_check_digit_is_not_searched_for(season: Told) -> None:
    with pytest.raises(NotFound, match="mã bị sai"):
        trace_now(season.house, "00395212340000000018", END)


def test_where_there_is_no_journal_nothing_is_traced(season: Told, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        trace_now(replace(season.house, data=tmp_path), "260504000001", END)
    shutil.copy(season.house.data / "journal.db", tmp_path)
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(JournalError, match="is of version 1"):
        trace_now(replace(season.house, data=tmp_path), "260504000001", END)


# what is told


def test_a_cartons_stages_are_in_order_and_each_has_its_entry(season: Told, reader: Reader) -> None:
    dispatched = [serial for serial in season.truth.pallet_of if serial not in season.truth.void]
    answer = traced(season, dispatched[40])
    kinds = [moment.kind for moment in answer.story]
    elsewhere = ("hold", "release", "unpack", "room-in", "room-out", "pallet", "lot-closed")
    assert [kind for kind in kinds if kind not in elsewhere] == [
        *("lot-opened", "receipt", "inspection", "grading", "carton", "dispatch")
    ]
    assert kinds.count("lot-closed") == 2
    assert kinds.index("pallet") < kinds.index("room-in") < kinds.index("room-out") < kinds.index("dispatch")
    assert [moment.at for moment in answer.story] == sorted(moment.at for moment in answer.story)
    for moment in answer.story:
        entry = reader.at(moment.place)
        assert entry is not None
        assert entry.id == moment.entry
    (farm,), (customer,) = answer.before, answer.after
    pallet = season.truth.pallet_of[dispatched[40]]
    assert customer.name.vi.startswith(season.truth.customer_of[pallet])
    assert farm.code == season.truth.harvest_of[season.truth.lot_of[dispatched[40]]]
    assert {weighed.what for weighed in answer.weights} == {farm.code, dispatched[40]}


def test_only_what_the_province_has_wears_its_mark(season: Told) -> None:
    moves = [one for one in season.happened if isinstance(one, told.Dispatched)]
    newest = traced(season, moves[-1].pallets[0])
    oldest = traced(season, moves[0].pallets[0])
    assert oldest.confirmed[0] == oldest.confirmed[1]
    assert {moment.confirmed for moment in oldest.story} == {"province"}
    by_broker = traced(season, moves[0].pallets[0], replace(season.house, acknowledge="broker"))
    assert {moment.confirmed for moment in by_broker.story} == {"broker"}
    assert newest.confirmed[0] <= newest.confirmed[1]


def test_the_last_entries_are_on_disk_alone(season: Told, tmp_path: Path) -> None:
    copy = copied(season, tmp_path)
    pallet = [one for one in season.happened if isinstance(one, told.Dispatched)][-1].pallets[0]
    place = max(moment.place for moment in traced(season, pallet).story)
    with closing(sqlite3.connect(copy.data / "journal.db")) as connection:
        connection.execute(
            "UPDATE cursor SET seq = ?1, again = follower || ' ' || epoch_number || ' ' || ?1", (place.seq - 1,)
        )
        connection.commit()
    answer = traced(season, pallet, copy)
    assert [moment.confirmed for moment in answer.story if moment.place == place] == ["disk"]
    assert answer.confirmed[0] == answer.confirmed[1] - 1


def test_a_voided_carton_is_told_as_void_and_a_corrected_one_as_it_stands(season: Told) -> None:
    voided, corrected = season.first(told.Voided), season.first(told.Corrected)
    assert isinstance(voided, told.Voided)
    assert isinstance(corrected, told.Corrected)
    void = traced(season, voided.serial)
    assert void.verdict.says("void")
    assert not void.verdict.says("safe")
    assert [one.declared.reason for one in void.corrections] == ["did_not_occur"]
    assert void.after == ()
    right = traced(season, corrected.serial)
    assert right.kg == corrected.gross - corrected.tare
    (correction,) = right.corrections
    assert correction.declared.reason == "incorrect_data"
    assert correction.now is not None
    assert correction.declared.replaced_by in [moment.place for moment in right.story if moment.declared is None]
    struck = [moment for moment in right.story if moment.declared is not None]
    assert [moment.kind for moment in struck] == ["carton"]


def test_what_was_entered_from_paper_says_so(season: Told) -> None:
    late = next(one for one in season.happened if isinstance(one, told.Packed) and one.late)
    answer = traced(season, late.serial)
    assert next(moment.paper_form for moment in answer.story if moment.kind == "carton") == late.late
    assert next(weighed.paper_form for weighed in answer.weights if weighed.what == late.serial) == late.late


def test_a_label_is_out_only_where_something_vouches_for_it(season: Told) -> None:
    unknown = next(one for one in season.happened if isinstance(one, told.Packed) and one.label == "unknown")
    labels = traced(season, unknown.serial).labels
    assert [(label.state, label.again) for label in labels] == [("void", False), ("done", True)]
    done = next(one for one in season.happened if isinstance(one, told.Packed) and one.label == "done")
    assert [label.words.vi for label in traced(season, done.serial).labels] == ["Nhãn đã ra, máy in báo xong"]
    lot = traced(season, unknown.lot)
    packed = [one for one in season.happened if isinstance(one, told.Packed) and one.lot == unknown.lot]
    assert sum(label.count for label in lot.labels) == len(packed)


def test_names_are_told_of_our_own_people_alone(season: Told) -> None:
    people = {
        person.id: person.name
        for serial in list(season.truth.pallet_of)[:200:20]
        for person in traced(season, serial).people
    }
    assert {"OP-07", "OP-11", "OP-12"} <= set(people)
    assert (people["OP-07"], people["OP-11"], people["OP-12"]) == ("Mai", "Lê", None)


# verdict


def copied(season: Told, directory: Path) -> Premises:
    for name in ("journal.db", "readings.db"):
        shutil.copy(season.house.data / name, directory)
    return replace(season.house, data=directory)


def a_quiet_pallet(season: Told) -> str:
    """Find a pallet whose stay saw no excursion."""
    for one in season.happened:
        if isinstance(one, told.Dispatched) and one.market == "CN":
            for sscc in one.pallets:
                if traced(season, sscc).verdict.level == "ok":
                    return sscc
    raise AssertionError("every pallet had an excursion")


def test_safe_complete_and_whole_is_said_only_of_what_is(season: Told) -> None:
    answer = traced(season, a_quiet_pallet(season))
    assert [part.word for part in answer.verdict.parts] == ["safe", "complete", "chain_whole"]
    assert all(stay.coverage >= Decimal("0.99") for stay in answer.stays)
    assert not any(stay.excursions for stay in answer.stays)
    assert answer.alarms == ()


def test_an_excursion_is_seen_from_readings_and_from_the_alarm(season: Told) -> None:
    warm = next(one for one in season.happened if isinstance(one, told.Excursed) and len(one.inside) > 2)
    answer = traced(season, warm.inside[0])
    assert answer.verdict.parts[0].word == "excursion"
    assert answer.verdict.level == "stop"
    assert [run.worst for stay in answer.stays for run in stay.excursions] == [warm.peak]
    assert [alarm.id for alarm in answer.alarms] == [f"alarm-{warm.number}"]
    without_limits = traced(season, warm.inside[0], replace(season.house, rules={}))
    assert without_limits.verdict.says("excursion")  # somebody was called


def test_goods_are_not_called_safe_while_readings_are_missing(season: Told, tmp_path: Path) -> None:
    sscc = a_quiet_pallet(season)
    copy = copied(season, tmp_path)
    stay = traced(season, sscc, copy).stays[0]
    begin = int((stay.span.since + timedelta(hours=2)).timestamp() * 1000)
    with closing(sqlite3.connect(tmp_path / "readings.db")) as connection:
        hours = stay.span.seconds / 3600
        missing = int(0.06 * hours * 3_600_000)  # a little more than what least_coverage allows
        connection.execute("DELETE FROM reading WHERE at_ms >= ? AND at_ms < ?", (begin, begin + missing))
        connection.commit()
    answer = traced(season, sscc, copy)
    assert answer.verdict.parts[0].word == "no_data"
    (gap,) = answer.stays[0].series[0].gaps
    assert abs(gap.seconds - missing / 1000) <= 60
    lenient = {room: table.model_copy(update={"least_coverage": Decimal("0.9")}) for room, table in copy.rooms.items()}
    assert traced(season, sscc, replace(copy, rooms=lenient)).verdict.says("safe")
    assert traced(season, sscc, replace(copy, rules={})).verdict.says("no_data")
    assert traced(season, sscc, replace(copy, rooms={})).verdict.says("no_data")


def test_what_never_was_in_a_room_is_not_called_safe(season: Told) -> None:
    voided = season.first(told.Voided)
    assert isinstance(voided, told.Voided)
    assert traced(season, voided.serial).verdict.says("no_data")


def test_what_is_held_or_rejected_is_never_called_safe(season: Told, tmp_path: Path) -> None:
    sscc = a_quiet_pallet(season)
    copy = copied(season, tmp_path)
    for sql, word in (
        ("UPDATE pallet SET held = 'nghi dư lượng' WHERE sscc = ?", "held"),
        ("UPDATE lot SET inspection = 'rejected' WHERE lot IN (SELECT lot FROM carton WHERE pallet = ?)", "rejected"),
    ):
        with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
            connection.execute(sql, (sscc,))
            connection.commit()
        verdict = traced(season, sscc, copy).verdict
        assert verdict.says(word)
        assert not verdict.says("safe")
        assert verdict.level == "stop"


@pytest.mark.parametrize("column", ["body", "wall_ms", "hash", "gone"])
def test_a_changed_entry_breaks_the_chain_of_what_it_is_part_of(season: Told, tmp_path: Path, column: str) -> None:
    sscc = a_quiet_pallet(season)
    copy = copied(season, tmp_path)
    place = next(moment.place for moment in traced(season, sscc).story if moment.kind == "grading")
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        if column == "gone":
            connection.execute("DELETE FROM entry WHERE seq = ?", (place.seq + 3,))
        elif column == "body":
            (body,) = connection.execute("SELECT body FROM entry WHERE seq = ?", (place.seq,)).fetchone()
            changed = {**parse(body.encode()), "ph:operatorId": "OP-99"}
            connection.execute("UPDATE entry SET body = ? WHERE seq = ?", (canonical(changed).decode(), place.seq))
        else:
            value = "wall_ms + 1" if column == "wall_ms" else "zeroblob(32)"
            connection.execute(f"UPDATE entry SET {column} = {value} WHERE seq = ?", (place.seq,))
        connection.commit()
    verdict = traced(season, sscc, copy).verdict
    broken = next(part for part in verdict.parts if part.word == "chain_broken")
    assert broken.words.vi.startswith("Chuỗi hỏng từ số ")
    assert abs(int(broken.words.vi.rpartition(" ")[2]) - place.seq) <= 4


def test_what_was_purged_is_known_by_its_hash_and_its_projections(season: Told, tmp_path: Path) -> None:
    serial = next(iter(season.truth.pallet_of))
    copy = copied(season, tmp_path)
    before = traced(season, serial, copy)
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        connection.execute("UPDATE entry SET body = NULL")
        connection.commit()
    after = traced(season, serial, copy)
    assert (after.kg, after.before, after.tree) == (before.kg, before.before, before.tree)
    assert after.story == ()
    whole = next(part for part in after.verdict.parts if part.word == "chain_whole")
    assert any("đã xóa nội dung" in reason.vi for reason in whole.reasons)
    assert after.verdict.says("incomplete")


def test_what_is_missing_is_named_by_its_number(season: Told, tmp_path: Path) -> None:
    sscc = a_quiet_pallet(season)
    copy = copied(season, tmp_path)
    assert {one.status for one in traced(season, sscc).key_data} == {"there", "optional"}
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        connection.execute("UPDATE lot SET farm = NULL, province = NULL")
        connection.execute("UPDATE dispatch SET vehicle = NULL")
        connection.commit()
    answer = traced(season, sscc, copy)
    missing = [one.number for one in answer.key_data if one.status == "missing"]
    assert missing == [5, 6, 12, 16]
    incomplete = next(part for part in answer.verdict.parts if part.word == "incomplete")
    assert incomplete.words == ("Thiếu mục 5, 6, 12, 16", "Missing: item 5, 6, 12, 16")


# how it is asked


def test_a_trace_and_a_recall_look_up_what_they_need_and_scan_nothing_large(season: Told, tmp_path: Path) -> None:
    asked: list[str] = []
    large = {"entry", "carton", "pallet", "goods_entry", "print_job", "occupancy", "dispatch_goods", "pallet_stay"}
    with open_reader(season.house.data) as reader:
        reader._connection.set_trace_callback(asked.append)
        pallet = season.first(told.Palletised)
        assert isinstance(pallet, told.Palletised)
        for code in (pallet.sscc, pallet.serials[0], pallet.lot):
            line = lineage(
                Subject("lot" if code == pallet.lot else "pallet" if code == pallet.sscc else "carton", code), reader
            )
            for goods in (*line.lots, *line.pallets):
                reader.about(goods)
                reader.stays(goods)
                reader.cartons_in_error(goods)
                reader.labels_of("lot", goods)
                reader.labels_of("pallet", goods)
            reader.stamps(pallet.serials[0])
            reader.labels_again("x")
        reader._connection.set_trace_callback(None)
        plans = [
            (sql, row[3])
            for sql in sorted(set(asked))
            if sql.startswith("SELECT")
            for row in reader._connection.execute(f"EXPLAIN QUERY PLAN {sql}")
        ]
    assert len(plans) > 15
    scans = [(sql, step) for sql, step in plans if (match := re.match(r"SCAN (\w+)", step)) and match[1] in large]
    assert scans == []


def test_a_start_finds_the_open_labels_without_reading_all_of_them(season: Told) -> None:
    with open_reader(season.house.data) as reader:
        plan = [row[3] for row in reader._connection.execute(f"EXPLAIN QUERY PLAN {OPEN_PRINT_JOBS}")]
    assert plan[0] == "SCAN print_job USING INDEX print_job_open"  # of the few that are open


def test_a_trace_reads_while_the_writer_writes(season: Told, tmp_path: Path) -> None:
    copy = copied(season, tmp_path)
    with closing(sqlite3.connect(tmp_path / "journal.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE lot SET farm = 'another'")
        answer = traced(season, next(iter(season.truth.pallet_of)), copy)
        assert "another" not in answer.before[0].name.vi
        writer.execute("ROLLBACK")


# the report of a day


def test_a_days_sums_are_what_happened_that_day(season: Told) -> None:
    day = date(2026, 5, 5)
    report = day_now(season.house, day, END)
    of_day = [one for one in season.happened if one.at.astimezone(VIETNAM).date() == day]
    totals = {one.act: one for one in report.totals}
    receipts = [one for one in of_day if isinstance(one, told.Received)]
    assert totals["receipt"].count == len(receipts)
    assert totals["receipt"].net == sum((season.truth.received[one.lot] for one in receipts), Decimal())
    assert totals["receipt"].deduction == sum((one.deduction for one in receipts), Decimal())
    packed = [one for one in of_day if isinstance(one, told.Packed)]
    standing = [one for one in packed if one.serial not in season.truth.void]
    assert (totals["carton"].count, totals["carton"].net) == (
        len(standing),
        sum((season.truth.kg[one.serial] for one in standing), Decimal()),
    )
    corrected = {one.serial for one in season.happened if isinstance(one, told.Corrected)}
    assert totals["carton"].void == len(packed) - len(standing) + len({one.serial for one in packed} & corrected)
    assert totals["carton"].manual == sum(bool(one.late) for one in standing)
    assert totals["grading"].loss == sum((one.loss_kg for one in of_day if isinstance(one, told.Graded)), Decimal())
    assert totals["dispatch"].count == sum(isinstance(one, told.Dispatched) for one in of_day)
    assert totals["destroy"].net == sum((one.kg for one in of_day if isinstance(one, told.Destroyed)), Decimal())


def test_a_day_without_work_is_an_empty_report(season: Told) -> None:
    report = day_now(season.house, date(2026, 4, 1), END)
    assert report.lines == ()
    assert {one.count for one in report.totals} == {0}


def test_the_hours_of_a_stay_are_windows_with_their_own_coverage(season: Told, tmp_path: Path) -> None:
    from gateway.trace.stays import hours

    stay = traced(season, a_quiet_pallet(season)).stays[0]
    windows = hours(stay.series[0], stay.span)
    assert windows[0][0].since == stay.span.since
    assert windows[-1][0].until == stay.span.until
    for (one, _), (following, _) in pairwise(windows):
        assert one.until == following.since
        assert following.since.minute == following.since.second == 0
    assert all(told_of.coverage >= Decimal("0.95") for _, told_of in windows)
    empty = replace(stay.series[0], columns=())
    assert {told_of.coverage for _, told_of in hours(empty, stay.span)} == {Decimal(0)}
    assert Span(stay.span.since, stay.span.until).seconds == sum(window.seconds for window, _ in windows)
