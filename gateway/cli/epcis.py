"""`gateway epcis`: a time range of the journal, or one lot's life, as an EPCISDocument any repository takes."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Final

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json

if TYPE_CHECKING:
    from gateway.event import Json
    from gateway.journal.events import Events, JournaledEvent

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_END: Final = datetime(9999, 1, 1, tzinfo=UTC)
_HELD: Final = "held"


def epcis(
    since: Annotated[
        str | None,
        typer.Option(
            "--from", help="Từ ngày hoặc giờ này (giờ Việt Nam). / From this day or time on (Viet Nam's): 2026-11-21."
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--to", help="Đến hết ngày này, hoặc trước giờ này. / To the end of this day, or before this time."
        ),
    ] = None,
    *,
    lot: Annotated[
        str | None, typer.Option(help="Chỉ những gì thuộc lô này. / Only what belongs to the life of this lot.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Ghi vào tệp này. / Write to this file.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Xuất sự kiện EPCIS 2.0 / Write events as one EPCIS 2.0 document.

    Giờ sai khi chưa đồng bộ được sửa trong tệp xuất, sổ không đổi; sự kiện chưa biết giờ đúng thì chưa xuất. /
    Times of a clock that was wrong are put right in what is written, never in the journal; events whose time nobody
    knows yet are held back and counted.
    """
    from gateway.config import load
    from gateway.epcis.document import EPCIS_KINDS
    from gateway.errors import GatewayError
    from gateway.journal.events import reading

    if as_json and output is None:
        raise GatewayError("--json cần --output / --json needs --output, since the document itself goes to the screen")
    start, end = _moment(since, _BEGINNING), _moment(until, _END, last=True)
    settings = load(config)
    counts: Counter[str] = Counter()
    with reading(settings.gateway.data) as events, _writing(output) as file:
        bodies = _selected(events, start, end, lot, counts)
        counts["events"] = _write(file, bodies, settings.site.namespace)
        purged = events.purged(EPCIS_KINDS)
    told = {"events": counts["events"], "held": counts[_HELD], "purged": purged}
    if as_json:
        print_json({**told, "file": str(output)})
        return
    print(
        f"{told['events']} sự kiện / events; {told['held']} chờ biết giờ đúng / held until their time is known;"
        f" {told['purged']} đã xóa nội dung / whose bodies are gone",
        file=sys.stderr,
    )


def _moment(text: str | None, default: datetime, *, last: bool = False) -> datetime:
    """Read a day or a time as people here write it; the end of a day is the beginning of the next."""
    from gateway.errors import GatewayError
    from gateway.locale.shown import LOCAL

    if text is None:
        return default
    try:
        if len(text) == len("2026-11-21"):
            day = date.fromisoformat(text) + timedelta(days=int(last))
            return datetime(day.year, day.month, day.day, tzinfo=LOCAL)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise GatewayError(
            f"'{text}' không phải ngày giờ, ví dụ 2026-11-21 hoặc 2026-11-21T06:30 / is no day or time"
        ) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=LOCAL)


def _selected(
    events: "Events", start: datetime, end: datetime, lot: str | None, counts: Counter[str]
) -> "Iterator[tuple[dict[str, Json], bytes | None]]":
    """Yield the events asked for, each with its very bytes where nothing of it had to be put right."""
    from gateway.epcis.document import EPCIS_KINDS, is_event
    from gateway.epcis.life import Life
    from gateway.epcis.times import local
    from gateway.journal.canonical import parse

    life = Life(lot, events.ancestors(lot)) if lot is not None else None
    between = None if life is not None else (local(start), local(end))
    for event in events.of_kinds(EPCIS_KINDS, between):
        stored = parse(event.body)
        if not is_event(stored) or (life is not None and not life.has(event.kind, stored)):
            continue
        body, held = _put_right(events, event, stored)
        if not start <= datetime.fromisoformat(str(body["eventTime"])) < end:
            continue
        if held:
            counts[_HELD] += 1
            continue
        yield body, event.body if body is stored else None


def _put_right(events: "Events", event: "JournaledEvent", stored: "dict[str, Json]") -> "tuple[dict[str, Json], bool]":
    """Give an event with right times, and whether nobody knows yet what they are."""
    from uuid import UUID

    from gateway.epcis.corrected import corrected, corrected_declaration

    own = event.clock
    if event.kind != "error-declaration":
        return corrected(stored, own.offset_ms), own.held
    original = events.clock_of(UUID(str(stored["eventID"])))
    if not own.offset_ms and not original.offset_ms:
        return stored, own.held or original.held
    return corrected_declaration(stored, original.offset_ms, own.offset_ms), own.held or original.held


def _write(file: IO[bytes], bodies: "Iterator[tuple[dict[str, Json], bytes | None]]", namespace: str) -> int:
    """Write one document, event by event, so that a season needs no more memory than a day; count the events."""
    from gateway.epcis.document import OWN_PREFIX, wrap
    from gateway.epcis.sound import check_sound
    from gateway.journal.canonical import canonical

    # wrapped round a word of our own, so that its prefix is declared whatever follows
    frame = wrap([{f"{OWN_PREFIX}:": None}], datetime.now(UTC), namespace)
    frame["epcisBody"] = {"eventList": []}
    before, list_begins, after = canonical(frame).partition(b'"eventList":[')
    file.write(before + list_begins)
    count = 0
    for body, stored in bodies:
        check_sound(body)
        file.write(b",\n" if count else b"\n")
        file.write(stored if stored is not None else canonical(body))
        count += 1
    file.write(after + b"\n")
    return count


@contextmanager
def _writing(output: Path | None) -> Iterator[IO[bytes]]:
    """Give what to write to; a file is there whole or not at all."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    scratch = output.with_name(f"{output.name}.new")
    try:
        with scratch.open("wb") as file:
            yield file
        scratch.replace(output)
    finally:
        scratch.unlink(missing_ok=True)
