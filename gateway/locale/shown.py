"""How people see numbers, dates and times: decimal comma, no-break spaces, day before month, local time."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Final

LOCAL: Final = timezone(timedelta(hours=7), "+07:00")
"""Vietnam, no daylight saving."""

NO_BREAK_SPACE: Final = "\u00a0"
NARROW_SPACE: Final = "\u202f"
MINUS: Final = "\u2212"

_GROUPED_FROM = 10_000


def amount(value: Decimal | int) -> str:
    """Give a number as people read it, every decimal kept: `10,25`, `−10,1`, from 10 000 up in groups of three."""
    sign = MINUS if value < 0 else ""
    whole, _, fraction = f"{abs(Decimal(value)):f}".partition(".")
    if int(whole) >= _GROUPED_FROM:
        whole = f"{int(whole):,}".replace(",", NARROW_SPACE)
    return f"{sign}{whole},{fraction}" if fraction else f"{sign}{whole}"


def with_unit(value: Decimal | int, unit: str) -> str:
    """Give a number with its unit (`kg`, `°C`, `%`): a no-break space between, none before the percent sign."""
    return f"{amount(value)}{'' if unit == '%' else NO_BREAK_SPACE}{unit}"


def kg(value: Decimal | int) -> str:
    """Give a mass in kilograms: `10,25 kg`."""
    return with_unit(value, "kg")


def temperature(value: Decimal | int) -> str:
    """Give a temperature in degrees Celsius with its one decimal: `−10,1 °C`."""
    rounded = round(Decimal(value), 1)
    return with_unit(abs(rounded) if rounded == 0 else rounded, "°C")


def day(value: date) -> str:
    """Give a date: `21/11/2026`; of a moment, its local date."""
    if isinstance(value, datetime):
        value = _local(value).date()
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def hour(at: datetime) -> str:
    """Give the local time of day: `14:10`."""
    return f"{_local(at):%H:%M}"


def hour_to_the_second(at: datetime) -> str:
    """Give the local time of day for technicians: `14:10:05`."""
    return f"{_local(at):%H:%M:%S}"


def moment(at: datetime) -> str:
    """Give date and time, local: `21/11/2026 14:10`."""
    return f"{day(at)} {hour(at)}"


def carton_number(serial: str) -> str:
    """Give a carton's serial in the two parts a person compares: `2611210 00001`."""
    return f"{serial[:-5]} {serial[-5:]}" if len(serial) > 5 else serial


def duration(span: timedelta) -> str:
    """Give a duration in Vietnamese, to the minute: `2 giờ 5 phút`; below a minute in seconds."""
    seconds = int(span.total_seconds())
    if seconds < 60:
        return f"{seconds} giây"
    hours, minutes = divmod(seconds // 60, 60)
    parts = [f"{hours} giờ"] if hours else []
    if minutes or not hours:
        parts.append(f"{minutes} phút")
    return " ".join(parts)


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without an offset cannot be shown")
    return at.astimezone(UTC).astimezone(LOCAL)
