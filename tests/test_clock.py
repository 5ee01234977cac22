"""Time and how far it can be trusted."""

from datetime import UTC, date, datetime, timedelta

from gateway.clock import Clock, ClockTable, kernel_says_synchronised

FLOOR = datetime(2026, 11, 22, tzinfo=UTC)


class Host:
    """A machine whose clocks are set by the test."""

    def __init__(self, wall: datetime) -> None:
        self.wall_s = wall.timestamp()
        self.mono_s = 50.0
        self.synced = False

    def clock(self, *, trust: bool = False, battery: bool = False) -> Clock:
        return Clock(
            ClockTable(trust=trust, battery=battery),
            floor=FLOOR,
            boot="boot-1",
            wall=lambda: self.wall_s,
            monotonic=lambda: self.mono_s,
            synchronised=lambda: self.synced,
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
    assert kernel_says_synchronised() in (True, False)
