"""Views of readings by occupancy, of times by the corrected clock: what was written stays, what is shown follows."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from gateway import acts
from gateway.journal.canonical import parse
from gateway.journal.file import FILE
from gateway.journal.past import newest_of
from gateway.station import RoomId
from gateway.trace import Trace, day_now, trace_now
from gateway.trace.sheet import BOM, day_csv, recall_csv
from gateway.trace.stays import hours
from tests.season_house import premises
from tests.trace_scenes import BOOT, LOT, PALLET, Scene, at, readings

SERIAL = "261121000001"
NOW = at(20)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A lot, two cartons and a pallet by half past eight; room 1 has 3.0 until noon, 9.0 until 13:00, then 3.5."""
    made = Scene(tmp_path)
    made.lot()
    made.enter(made.carton(SERIAL, "10.25", at(8)))
    made.enter(made.carton("261121000002", "9.75", at(8, 5)))
    made.pallet(SERIAL, "261121000002", when=at(8, 30))
    readings(tmp_path, {(6, 0): "3.0", (12, 0): "9.0", (13, 0): "3.5", (18, 0): ""})
    yield made
    made.close()


def answer(scene: Scene, code: str = SERIAL, now: datetime = NOW) -> Trace:
    told = trace_now(premises(scene.directory), code, now)
    assert isinstance(told, Trace)
    return told


def highs(told: Trace) -> list[Decimal | None]:
    return [one.maximum for stay in told.stays for one in stay.series]


def test_readings_belong_to_goods_from_in_to_before_out(scene: Scene) -> None:
    scene.move("in", at(9), 1)
    scene.move("out", at(12), 1)  # the first warm reading is of 12:00: it belongs to nobody here
    told = answer(scene)
    (stay,) = told.stays
    assert (stay.span.since, stay.span.until, stay.inside) == (at(9), at(12), False)
    (series,) = stay.series
    assert (series.minimum, series.maximum, series.coverage, series.gaps) == (Decimal("3.0"), Decimal("3.0"), 1, ())
    assert told.verdict.says("safe")


def test_goods_still_inside_have_readings_up_to_now(scene: Scene) -> None:
    scene.move("in", at(9), 1)
    told = answer(scene, now=at(12, 30))
    (stay,) = told.stays
    assert (stay.inside, stay.span.until) == (True, at(12, 30))
    assert highs(told) == [Decimal("9.0")]
    assert [run.span.seconds for run in stay.excursions] == [1800]
    assert stay.series[0].above_s == 1800
    assert told.after[0].detail[0].vi == "Đang ở Kho lạnh 1"


def test_an_out_told_late_takes_back_what_was_not_theirs(scene: Scene) -> None:
    scene.move("in", at(9), 1)
    assert highs(answer(scene)) == [Decimal("9.0")]
    scene.clock("synced", wall=at(17))
    scene.move("out", at(11, 30), 1)  # recorded at five in the afternoon, happened before noon
    told = answer(scene)
    assert (told.stays[0].span.until, highs(told)) == (at(11, 30), [Decimal("3.0")])
    assert told.verdict.says("safe")


def test_a_move_that_did_not_occur_takes_its_readings_away(scene: Scene) -> None:
    wrong = scene.move("in", at(9), 1)
    assert answer(scene).verdict.says("excursion")
    scene.in_error(wrong, at(14), 1)
    told = answer(scene)
    assert told.stays == ()
    assert not told.verdict.says("excursion")
    struck = [moment for moment in told.story if moment.declared is not None]
    assert [(moment.kind, moment.declared and moment.declared.reason) for moment in struck] == [
        ("room-in", "did_not_occur")
    ]
    scene.move("in", at(13, 5), 2, RoomId("cold-room-2"))  # where it really stood
    assert [stay.room for stay in answer(scene).stays] == ["cold-room-2"]


def test_an_out_that_was_wrong_goes_on_to_the_right_one(scene: Scene) -> None:
    scene.move("in", at(9), 1)
    wrong = scene.move("out", at(10), 1)
    scene.in_error(wrong, at(14), 1)
    assert answer(scene, now=at(15)).stays[0].inside
    scene.move("out", at(14, 30), 2)
    told = answer(scene)
    assert (told.stays[0].span.until, highs(told)) == (at(14, 30), [Decimal("9.0")])


def test_a_carton_taken_off_its_pallet_no_longer_shares_its_room(scene: Scene) -> None:
    from gateway.lot import CartonId

    scene.move("in", at(9), 1)
    carton = (CartonId("99521234000054", SERIAL, LOT.code),)
    scene.tell(at(11), acts.PalletTakenApart(PALLET, "0.9", carton, 1, "đổi thùng", None), f"unpack|{PALLET}|0.9")
    told = answer(scene)
    assert [(stay.span.since, stay.span.until) for stay in told.stays] == [(at(9), at(11))]
    assert highs(told) == [Decimal("3.0")]
    assert highs(answer(scene, "261121000002")) == [Decimal("9.0")]


def test_a_gap_is_not_in_range_and_stands_in_its_own_hours(scene: Scene) -> None:
    with closing(sqlite3.connect(scene.directory / "readings.db")) as connection:
        begin, end = (int(moment.timestamp() * 1000) for moment in (at(9, 20), at(11)))
        connection.execute("DELETE FROM reading WHERE at_ms >= ? AND at_ms < ?", (begin, end))
        connection.commit()
    scene.move("in", at(9), 1)
    scene.move("out", at(12), 1)
    told = answer(scene)
    assert told.verdict.says("no_data")
    (series,) = told.stays[0].series
    assert [(gap.since, gap.until) for gap in series.gaps] == [(at(9, 20), at(11))]
    assert series.coverage == Decimal("0.4444")
    windows = [(window.since, one.coverage, one.maximum) for window, one in hours(series, told.stays[0].span)]
    assert windows == [
        (at(9), Decimal("0.3333"), Decimal("3.0")),
        (at(10), Decimal(0), None),
        (at(11), Decimal(1), Decimal("3.0")),
    ]


def test_times_of_a_boot_that_was_not_synchronised_are_shown_corrected(scene: Scene) -> None:
    boot = "b0000000-0000-4000-8000-00000000000f"
    scene.clock("confirmed", boot, wall=at(9))
    moved = scene.move("in", at(9), 1)
    scene.clock("synced", boot, wall=at(9, 30))
    scene.tell(at(9, 30), acts.ClockCorrected(boot, 3_600_000), "clock-correction|1")
    scene.move("out", at(11), 1)
    told = answer(scene)
    (stay,) = told.stays
    assert (stay.span.since, stay.span.until) == (at(10), at(11))
    corrected = {moment.kind: (moment.at, moment.corrected_clock) for moment in told.story}
    assert corrected["room-in"] == (at(10), True)
    assert corrected["room-out"] == (at(11), False)
    body = parse(moved.body or b"")
    assert body["eventTime"] == "2026-11-21T09:00:00.000+07:00"  # what was written stays


def test_the_report_of_a_day_counts_by_the_corrected_clock(scene: Scene) -> None:
    boot = "b0000000-0000-4000-8000-00000000000f"
    scene.clock("confirmed", boot, wall=at(48 + 8))
    scene.enter(scene.carton("261121000003", "10.00", at(48 + 8)))
    scene.clock("synced", boot, wall=at(72 + 9))
    scene.tell(at(72 + 9), acts.ClockCorrected(boot, 86_400_000), "clock-correction|1")
    house = premises(scene.directory)
    assert day_now(house, at(48).date(), at(90)).lines == ()
    (line,) = day_now(house, at(72).date(), at(90)).lines
    assert (line.number, line.at) == ("261121000003", at(72 + 8))


def test_a_time_from_a_paper_form_is_no_clocks_and_stays(scene: Scene) -> None:
    boot = "b0000000-0000-4000-8000-00000000000f"
    scene.clock("confirmed", boot, wall=at(48 + 8))
    scene.enter(scene.carton("261121000003", "10.00", at(16), form="PG-0007"))
    scene.clock("synced", boot, wall=at(72 + 9))
    scene.tell(at(72 + 9), acts.ClockCorrected(boot, 86_400_000), "clock-correction|1")
    lines = day_now(premises(scene.directory), at(0).date(), at(90)).lines
    assert [line.at for line in lines if line.manual] == [at(16)]
    (told,) = [moment for moment in answer(scene, "261121000003").story if moment.kind == "carton"]
    assert (told.at, told.corrected_clock) == (at(16), False)


def test_what_was_weighed_one_day_and_entered_on_another_counts_on_the_first(scene: Scene) -> None:
    scene.clock("synced", wall=at(24 + 9))
    scene.enter(scene.carton("261121000003", "10.00", at(16), form="PG-0007"))
    house = premises(scene.directory)
    first, second = day_now(house, at(0).date(), at(40)), day_now(house, at(24).date(), at(40))
    (late,) = [line for line in first.lines if line.manual]
    assert (late.number, late.manual, late.net, late.at) == ("261121000003", "PG-0007", Decimal(10), at(16))
    assert [total.manual for total in first.totals if total.act == "carton"] == [1]
    assert second.lines == ()


def test_a_weight_corrected_days_later_counts_on_the_day_it_was_weighed(scene: Scene) -> None:
    first = scene.enter(scene.carton("261121000003", "10.00", at(16)))
    right = scene.carton("261121000003", "10.40", at(16), revision=1)
    scene.clock("synced", wall=at(48 + 9))
    scene.in_error(first, at(48 + 9), 1, (right.id,))
    scene.enter(right)
    report = day_now(premises(scene.directory), at(0).date(), at(60))
    lines = [(line.net, line.state) for line in report.lines if line.number == "261121000003"]
    assert sorted(lines) == [(Decimal("10.00"), "corrected"), (Decimal("10.40"), "stands")]
    (cartons,) = [total for total in report.totals if total.act == "carton"]
    assert (cartons.count, cartons.net, cartons.void) == (3, Decimal("30.40"), 1)
    assert day_now(premises(scene.directory), at(48).date(), at(60)).lines == ()


def test_the_sheet_of_a_day_opens_with_its_letters_and_its_codes(scene: Scene) -> None:
    house = premises(scene.directory)
    text = day_csv(day_now(house, at(0).date(), NOW))
    assert text.startswith(BOM + "Thời gian,Loại,Số,Lô,Sản phẩm,")
    assert text.encode("utf-8").startswith(b"\xef\xbb\xbf")
    rows = text.removeprefix(BOM).splitlines()
    assert rows[1] == (
        '2026-11-21 08:00:00,Đóng thùng,"=""261121000001""",H261121-0001,Sầu riêng Ri6,,1,11.25,1,,10.25,,OP-07,,,'
    )
    assert any(row.startswith('2026-11-21 08:30:00,Xếp pallet,"=""395212340000000014"""') for row in rows)


def test_the_sheet_of_a_recall_names_where_each_part_is(scene: Scene) -> None:
    from gateway.trace import recall_now

    scene.move("in", at(9), 1)
    list_ = recall_now(premises(scene.directory), "VN-XXOR-0001", None, None, NOW)
    head, row, *rest = recall_csv(list_).removeprefix(BOM).splitlines()
    assert head.startswith("Lô thu hoạch,Mã số vùng trồng,Nông hộ,")
    assert row == (
        "H261121-0001,VN-XXOR-0001,HTX-0001,2026-11-21,Sầu riêng Ri6,H261121-0001,Đang ở Kho lạnh 1,"
        '"=""395212340000000014""",,,,cold-room-1,2,20,"=""261121000001""","=""261121000002"""'
    )
    assert rest == []  # nothing was received by a receipt in this scene, so nothing is left


def steps_for_an_unknown_boot(directory: Path) -> int:
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    with closing(sqlite3.connect(directory / FILE)) as connection:
        connection.set_progress_handler(count, 1)
        assert newest_of("another boot", connection) is None
    return steps


def test_a_start_with_a_new_boot_does_not_read_the_journal_for_it(scene: Scene) -> None:
    few = steps_for_an_unknown_boot(scene.directory)
    for number in range(200):
        scene.tell(at(10), acts.UnknownScan(b"x", None, "code_unknown"), f"unknown-scan|{number}")
    assert steps_for_an_unknown_boot(scene.directory) == few
    with closing(sqlite3.connect(scene.directory / FILE)) as connection:
        assert newest_of(BOOT, connection) == (scene.stamp.wall_ms - scene.stamp.mono_ms, "synced")


def test_a_pallet_is_told_in_an_hour_it_was_nowhere(scene: Scene) -> None:
    told = answer(scene, PALLET, now=at(8, 45))
    assert told.stays == ()
    assert told.after[0].detail[0].vi == "Chưa vào kho"
    assert told.verdict.says("no_data")
