"""Time and how far it can be trusted."""

from datetime import UTC, date, datetime, timedelta

from gateway.clock import Clock, ClockTable, Synchronisation, ask_kernel

FLOOR = datetime(2026, 11, 22, tzinfo=UTC)


class Host:
    """A machine whose clocks are set by the test."""

    def __init__(self, wall: datetime) -> None:
        self.wall_s = wall.timestamp()
        self.mono_s = 50.0
        self.synced = False

    def clock(
        self, *, trust: bool = False, battery: bool = False, base_s: float | None = None, was_synced: bool = False
    ) -> Clock:
        return Clock(
            ClockTable(trust=trust, battery=battery),
            floor=FLOOR,
            boot="boot-1",
            base_s=base_s,
            was_synced=was_synced,
            wall=lambda: self.wall_s,
            monotonic=lambda: self.mono_s,
            kernel=lambda: Synchronisation(self.synced, 0.02),
        )

    def passes(self, seconds: float) -> None:
        self.wall_s += seconds
        self.mono_s += seconds

    def is_set_to(self, wall: datetime) -> None:
        self.wall_s = wall.timestamp()
        self.synced = True


def test_time_never_starts_before_the_floor() -> None:
    clock = Host(datetime(1970, 1, 1, tzinfo=UTC)).clock()
    assert clock.now() == FLOOR
    assert clock.quality == "unsynced"
    assert not clock.dated


def test_the_first_synchronisation_gives_the_offset_once() -> None:
    host = Host(datetime(2016, 1, 1, tzinfo=UTC))
    clock = host.clock()
    before = clock.now()
    host.passes(60)
    true_now = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    host.is_set_to(true_now)
    offset_ms = clock.look()
    assert offset_ms is not None
    assert before + timedelta(milliseconds=offset_ms) == true_now - timedelta(seconds=60)
    assert (clock.now(), clock.quality) == (true_now, "synced")
    assert clock.look() is None


def test_losing_the_time_server_is_holdover() -> None:
    host = Host(FLOOR)
    clock = host.clock()
    host.is_set_to(FLOOR + timedelta(hours=1))
    clock.look()
    host.synced = False
    clock.look()
    assert clock.quality == "holdover"
    assert clock.dated


def test_a_person_can_confirm_the_date() -> None:
    clock = Host(FLOOR).clock()
    clock.confirm()
    assert (clock.quality, clock.dated) == ("confirmed", True)


def test_a_battery_keeps_time_and_a_trusted_host_too() -> None:
    assert Host(FLOOR).clock(battery=True).quality == "holdover"
    assert Host(FLOOR).clock(trust=True).quality == "synced"


def test_a_reading_is_dated_by_its_age_not_by_what_it_claims() -> None:
    host = Host(FLOOR)
    clock = host.clock()
    read_at = host.mono_s
    host.passes(3)
    assert clock.at(read_at) == FLOOR


def test_the_label_date_is_the_local_one() -> None:
    assert Host(datetime(2026, 11, 22, 18, 0, tzinfo=UTC)).clock().today() == date(2026, 11, 23)


def test_the_kernel_answers() -> None:
    assert ask_kernel().synced in (True, False)


def test_a_step_of_an_unsynchronised_wall_clock_does_not_reach_the_records() -> None:
    host = Host(FLOOR)
    clock = host.clock()
    host.passes(10)
    host.wall_s += 400 * 86_400
    assert clock.now() == FLOOR + timedelta(seconds=10)


def test_one_offset_corrects_everything_recorded_before_within_a_second() -> None:
    host = Host(datetime(2016, 1, 1, tzinfo=UTC))
    clock = host.clock()
    truth = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    recorded = []
    for minute in range(3):
        recorded.append((truth + timedelta(minutes=minute), clock.stamp().wall_ms))
        host.passes(60)
    host.is_set_to(truth + timedelta(minutes=3))
    offset_ms = clock.look()
    assert offset_ms is not None
    for true, wall_ms in recorded:
        assert abs(true.timestamp() * 1000 - wall_ms - offset_ms) < 1000


def test_a_restart_in_the_same_boot_goes_on_with_the_same_clock() -> None:
    host = Host(FLOOR)
    stamp = host.clock().stamp()
    host.passes(30)
    again = host.clock(base_s=(stamp.wall_ms - stamp.mono_ms) / 1000)
    assert again.boot == "boot-1"
    assert again.now() == FLOOR + timedelta(seconds=30)


def test_a_clock_set_by_hand_between_two_runs_is_another_clock() -> None:
    host = Host(FLOOR)
    stamp = host.clock().stamp()
    host.passes(30)
    host.wall_s += 86_400
    again = host.clock(base_s=(stamp.wall_ms - stamp.mono_ms) / 1000)
    assert again.boot != "boot-1"
    assert again.now() == FLOOR + timedelta(days=1, seconds=30)


def test_a_machine_whose_clock_is_before_the_floor_is_the_same_one_after_a_restart() -> None:
    host = Host(datetime(2016, 1, 1, tzinfo=UTC))
    stamp = host.clock().stamp()
    host.passes(30)
    again = host.clock(base_s=(stamp.wall_ms - stamp.mono_ms) / 1000)
    assert again.boot == "boot-1"
    assert again.now() == FLOOR + timedelta(seconds=30)


def test_a_synchronisation_between_two_runs_of_a_boot_corrects_the_first() -> None:
    host = Host(datetime(2016, 1, 1, tzinfo=UTC))
    stamp = host.clock().stamp()
    host.passes(30)
    host.is_set_to(FLOOR + timedelta(days=9, seconds=30))
    again = host.clock(base_s=(stamp.wall_ms - stamp.mono_ms) / 1000)
    assert (again.boot, again.quality) == ("boot-1", "synced")
    assert again.look() == 9 * 86_400_000
    assert again.look() is None


def test_a_synchronisation_found_when_a_person_confirms_the_date_is_not_forgotten() -> None:
    host = Host(datetime(2016, 1, 1, tzinfo=UTC))
    clock = host.clock()
    host.is_set_to(FLOOR + timedelta(days=9))
    clock.confirm()
    assert clock.look() == 9 * 86_400_000


def test_a_boot_that_was_synchronised_is_in_holdover_after_a_restart() -> None:
    host = Host(FLOOR + timedelta(hours=1))
    clock = host.clock(base_s=0.0, was_synced=True)
    assert (clock.boot, clock.quality) == ("boot-1", "holdover")
    assert clock.now() == FLOOR + timedelta(hours=1)


def test_the_error_grows_since_the_last_synchronisation() -> None:
    host = Host(FLOOR)
    clock = host.clock()
    assert clock.error_s is None
    host.is_set_to(FLOOR)
    clock.look()
    host.synced = False
    host.passes(100_000)
    clock.look()
    assert clock.error_s is not None
    assert 10 < clock.error_s < 10.1
