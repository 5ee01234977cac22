"""`gateway epcis`: what a time range, or a lot's life, looks like to a repository."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway import acts
from gateway.cli import app
from gateway.epcis import draft, is_event
from gateway.epcis.corrected import corrected, corrected_declaration
from gateway.epcis.life import Life
from gateway.errors import GatewayError
from gateway.event import ClockQuality, Draft, Event, Stamp
from gateway.journal import Journal
from gateway.journal.events import ClockKnown, reading
from gateway.journal.table import JournalTable
from tests.epcis_checker import ROOT, check
from tests.facts import EVENTS, LOT, SITE, WINDOW, at
from tests.facts_after_the_gate import LATER, ORIGINAL, PALLET_IN, PALLET_OUT

CONFIG = ROOT / "config" / "gateway.toml"
ALL = [*(EVENTS | LATER).values(), PALLET_IN, PALLET_OUT]
SENT = [event for event in ALL if is_event(draft(event, SITE).body)]
OFFSET_MS = 5_400_000


class _Time:
    """A clock a test sets."""

    def __init__(self) -> None:
        self.boot, self.quality, self.ms = "boot-1", "synced", 0
        self.wall_ms = int(datetime.fromisoformat("2026-11-23T08:00:00+07:00").timestamp() * 1000)

    def stamp(self) -> Stamp:
        self.ms += 1
        quality: ClockQuality = self.quality  # type: ignore[assignment]  # one of the four
        return Stamp(self.boot, self.ms, self.wall_ms + self.ms, quality)


def _journal(data: Path, *boots: tuple[str, str, Sequence[Draft]]) -> None:
    """Write a journal: of each boot its id, its clock's quality and its entries."""

    async def write() -> None:
        time = _Time()
        async with Journal.open(data, JournalTable(), gateway="gw-1", number=0, stamp=time.stamp) as journal:
            for boot, quality, drafts in boots:
                time.boot, time.quality = boot, quality
                for one in drafts:
                    await journal.record(one)

    asyncio.run(write())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    text = CONFIG.read_text("utf-8").replace('# data = "/var/lib/gateway"', 'data = "data"')
    file = tmp_path / "gateway.toml"
    file.write_text(text, "utf-8")
    (tmp_path / "local").symlink_to(CONFIG.parent / "local")
    return file


def _drafts(events: Sequence[Event] = ALL) -> list[Draft]:
    return [draft(event, SITE) for event in events]


def _asked(config: Path, *arguments: str) -> dict[str, Any]:
    file = config.with_name("out.json")
    done = CliRunner().invoke(app, ["epcis", "--config", str(config), "-o", str(file), *arguments])
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return document


def _events(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["epcisBody"]["eventList"]
    return found


def test_a_whole_journal_is_one_valid_document_in_its_own_order(config: Path) -> None:
    _journal(config.with_name("data"), ("boot-1", "synced", _drafts()))
    document = _asked(config)
    assert check(document) == len(SENT) == 20
    assert [event["eventID"] for event in _events(document)] == [draft(event, SITE).body["eventID"] for event in SENT]
    assert document["@context"][1] == {"ph": "https://trace.example.com/epcis/"}


def test_a_second_validator_takes_the_document_too(config: Path) -> None:
    node, package = shutil.which("node"), ROOT / "node_modules" / "epcis2.js"
    if node is None or not package.is_dir():
        pytest.skip("epcis2.js is not installed (npm ci)")
    _journal(config.with_name("data"), ("boot-1", "synced", _drafts()))
    document = _asked(config)
    script = (
        "const {validateEpcisDocument} = require('epcis2.js');"
        "const d = JSON.parse(require('fs').readFileSync(0)); const r = validateEpcisDocument(d);"
        "if (!r.success) { console.error(JSON.stringify(r.errors).slice(0, 2000)); process.exit(1); }"
    )

    def judged(text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [node, "-e", script], input=text, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
        )  # fmt: skip

    done = judged(json.dumps(document))
    assert done.returncode == 0, done.stderr
    _events(document)[0]["bizStep"] = "recieving"
    assert judged(json.dumps(document)).returncode == 1, "a validator that takes everything proves nothing"


@pytest.mark.parametrize(
    ("arguments", "first", "last"),
    [
        (("--from", "2026-11-22"), "2026-11-22T00:00", "9999"),
        (("--to", "2026-11-21"), "1970", "2026-11-22T00:00"),
        (("--from", "2026-11-21T10:00", "--to", "2026-11-21T13:00"), "2026-11-21T10:00", "2026-11-21T13:00"),
        (("--from", "2026-11-21T03:00+00:00", "--to", "2026-11-21"), "2026-11-21T10:00", "2026-11-22T00:00"),
    ],
)
def test_a_range_holds_what_happened_in_it_and_nothing_else(
    config: Path, arguments: tuple[str, ...], first: str, last: str
) -> None:
    _journal(config.with_name("data"), ("boot-1", "synced", _drafts()))
    times = [str(draft(event, SITE).body["eventTime"]) for event in SENT]
    expected = [time for time in times if first <= time < last]
    assert 0 < len(expected) < len(times)
    assert [event["eventTime"] for event in _events(_asked(config, *arguments))] == expected


def test_what_was_written_down_long_after_it_happened_is_in_the_range_of_when_it_happened(config: Path) -> None:
    late = replace(EVENTS["carton"], occurred_at=at(3, 5).replace(day=1))
    _journal(config.with_name("data"), ("boot-1", "synced", _drafts([late])))
    (found,) = _events(_asked(config, "--from", "2026-11-01", "--to", "2026-11-01"))
    assert found["eventTime"].startswith("2026-11-01T10:05")


def test_a_range_in_which_nothing_happened_is_an_empty_list(config: Path) -> None:
    _journal(config.with_name("data"), ("boot-1", "synced", _drafts()))
    assert _events(_asked(config, "--to", "2020-01-01")) == []


def test_numbers_keep_their_digits(config: Path) -> None:
    _journal(config.with_name("data"), ("boot-1", "synced", _drafts()))
    _asked(config)
    assert '"quantity":1254.5' in config.with_name("out.json").read_text("utf-8")


def test_an_answer_for_scripts_counts(config: Path) -> None:
    _journal(config.with_name("data"), ("boot-1", "synced", _drafts()))
    file = config.with_name("out.json")
    done = CliRunner().invoke(app, ["epcis", "--config", str(config), "-o", str(file), "--json"])
    assert json.loads(done.stdout) == {"events": 20, "held": 0, "purged": 0, "file": str(file)}
    assert not file.with_name("out.json.new").exists()


@pytest.mark.parametrize(("arguments", "why"), [(["--from", "yesterday"], "yesterday"), (["--json"], "--output")])
def test_a_wrong_question_is_answered_in_words(config: Path, arguments: list[str], why: str) -> None:
    done = CliRunner().invoke(app, ["epcis", "--config", str(config), *arguments])
    assert isinstance(done.exception, GatewayError)
    assert why in str(done.exception)


def test_no_journal_is_told(config: Path) -> None:
    done = CliRunner().invoke(app, ["epcis", "--config", str(config)])
    assert isinstance(done.exception, GatewayError)
    assert "no journal" in str(done.exception)


# clocks


def _correction(boot: str, number: int = 900) -> Draft:
    event = EVENTS["clock-correction"]
    fact = acts.ClockCorrected(boot, OFFSET_MS)
    return draft(replace(event, fact=fact, key=f"clock-correction|gw-1|x|{number}"), SITE)


@pytest.mark.parametrize(
    ("quality", "known", "offset_ms", "held"),
    [
        ("unsynced", True, OFFSET_MS, 0),
        ("unsynced", False, None, 1),
        ("confirmed", True, OFFSET_MS, 0),
        ("confirmed", False, 0, 0),
        ("holdover", True, 0, 0),
        ("synced", True, 0, 0),
    ],
)
def test_times_are_put_right_where_the_clock_was_wrong_and_held_back_where_nobody_knows(
    config: Path, quality: str, known: bool, offset_ms: int | None, held: int
) -> None:
    event = draft(EVENTS["carton"], SITE)
    corrections = [("boot-2", "synced", [_correction("boot-2")])] if known else []
    _journal(config.with_name("data"), ("boot-2", quality, [event]), *corrections)
    file = config.with_name("out.json")
    done = CliRunner().invoke(app, ["epcis", "--config", str(config), "-o", str(file), "--json"])
    assert json.loads(done.stdout)["held"] == held
    written = _events(json.loads(file.read_text("utf-8")))
    if offset_ms is None:
        assert written == []
        return
    moved = datetime.fromisoformat(str(event.body["eventTime"])) + timedelta(milliseconds=offset_ms)
    assert datetime.fromisoformat(written[0]["eventTime"]) == moved
    assert written[0].get("ph:clockOffsetMs", 0) == offset_ms
    assert check(json.loads(file.read_text("utf-8"))) == 1


def test_a_corrected_event_is_looked_for_at_its_right_time(config: Path) -> None:
    event = draft(EVENTS["carton"], SITE)  # says 10:05, was 11:35
    _journal(config.with_name("data"), ("boot-2", "unsynced", [event]), ("boot-2", "synced", [_correction("boot-2")]))
    assert _events(_asked(config, "--from", "2026-11-21T10:00", "--to", "2026-11-21T11:00")) == []
    (found,) = _events(_asked(config, "--from", "2026-11-21T11:00", "--to", "2026-11-21T12:00"))
    assert found["eventTime"] == "2026-11-21T11:35:11.250+07:00"
    assert found["sensorElementList"][0]["sensorMetadata"]["time"] == "2026-11-21T11:35:10.900+07:00"


def test_a_declaration_repeats_its_original_as_that_is_written(config: Path) -> None:
    declaration = draft(LATER["error-declaration"], SITE)
    _journal(
        config.with_name("data"),
        ("boot-2", "unsynced", [ORIGINAL]),
        ("boot-2", "synced", [_correction("boot-2")]),
        ("boot-3", "synced", [declaration]),
    )
    original, repeated = _events(_asked(config))
    assert {key: value for key, value in repeated.items() if key != "errorDeclaration"} == original
    assert repeated["errorDeclaration"]["declarationTime"] == "2026-11-21T10:29:30.000+07:00"


def test_what_a_person_wrote_on_paper_is_not_put_right() -> None:
    body = {"eventTime": "2026-11-21T10:05:11.250+07:00", "ph:manual": True}
    assert corrected(body, OFFSET_MS) is body  # type: ignore[arg-type]  # a body in small
    declared = corrected_declaration({**draft(LATER["error-declaration"], SITE).body}, 0, 1000)
    assert declared["eventTime"] == ORIGINAL.body["eventTime"]
    assert declared["errorDeclaration"]["declarationTime"] == "2026-11-21T10:29:31.000+07:00"  # type: ignore[index, call-overload]


# one lot


def test_a_lots_life_begins_where_it_came_from_and_ends_where_it_went(config: Path) -> None:
    graded = LATER["grading"].fact.outputs[0].lot  # type: ignore[union-attr]
    packed = replace(
        EVENTS["carton"],
        fact=replace(EVENTS["carton"].fact, lot=graded, serial="261121000002"),  # type: ignore[type-var]
        key="carton|99521234000054|261121000002|0",
    )
    from_harvest = EVENTS["carton"]  # another lot's carton, though on the same pallet
    day = [EVENTS["harvest-lot"], EVENTS["receipt"], LATER["inspection"], LATER["grading"], packed, from_harvest,
           LATER["pallet"], PALLET_IN, EVENTS["window"], PALLET_OUT, LATER["dispatch"]]  # fmt: skip
    _journal(config.with_name("data"), ("boot-1", "synced", _drafts(day)))
    found = [event["eventID"] for event in _events(_asked(config, "--lot", graded.code))]
    expected = [event for event in day if event is not from_harvest and event is not EVENTS["window"]]
    if not _genealogy(config):  # the journal's own table of who came out of whom
        pytest.fail("the grading left no genealogy")
    assert found == [draft(event, SITE).body["eventID"] for event in expected]


def _genealogy(config: Path) -> list[str]:
    with reading(config.with_name("data")) as events:
        return events.ancestors("G261121-0041")


BECAME = ("harvest-lot", "receipt", "grading", "carton", "pallet", "dispatch", "stamp", "destroy")


def test_a_harvest_lots_life_holds_all_it_became() -> None:
    life = Life(LOT.code)
    assert all(life.has(kind, draft((EVENTS | LATER)[kind], SITE).body) for kind in BECAME)
    empty = replace(EVENTS["window"], fact=replace(WINDOW, lots=()))
    assert not life.has("window", draft(empty, SITE).body)


def test_an_entry_nobody_has_is_as_it_is(config: Path) -> None:
    _journal(config.with_name("data"), ("boot-1", "synced", []))
    with reading(config.with_name("data")) as events:
        assert events.clock_of(ORIGINAL.id) == ClockKnown()
        assert events.purged({"carton"}) == 0
