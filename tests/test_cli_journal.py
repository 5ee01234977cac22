"""backup, restore, verify --against, counters and journal rebuild, as a technician runs them."""

import json
import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.counters import _skip
from gateway.journal import Journal, JournalTable, start_counters
from gateway.journal.counter_file import read_counter_file
from gateway.journal.renumber import skip, take_over
from tests.conftest import Time
from tests.journal_day import carton, lot_opened, note
from tests.test_cli import GOLDEN, Done, _gateway

DAY = date(2026, 11, 21)
LOT, SLIP = "H261121-0001", "R261121-0001"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A sound config file whose data directory is `data` beside it."""
    sound = (GOLDEN / "scale.toml").read_text("utf-8").partition("[device.")[0]
    file = tmp_path / "gateway.toml"
    file.write_text(sound.replace('name = "gw-1"\n', 'name = "gw-1"\ndata = "data"\n'), "utf-8")
    return file


@pytest.fixture
async def data(config: Path, time: Time) -> Path:
    """A journal with a lot and a carton in the config's data directory; nobody runs on it."""
    directory = config.parent / "data"
    start_counters(directory)
    async with Journal.open(directory, JournalTable(), gateway="gw-1", number=0, stamp=time.stamp) as journal:
        await journal.record(lot_opened(LOT, SLIP), note(1))
        await journal.record(carton(LOT, await journal.counters.carton(DAY), Decimal("10.25")))
    return directory


def said(done: Done) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def run(config: Path, *arguments: str | Path) -> Done:
    return _gateway(*arguments, "--config", config)


def test_a_backup_is_made_verified_and_restored(config: Path, data: Path, tmp_path: Path) -> None:
    made = run(config, "backup", tmp_path / "copy", "--json")
    assert (made.returncode, said(made)["whole"], said(made)["entries"]) == (0, True, 3)
    assert run(config, "backup", tmp_path / "copy").returncode == 1
    assert run(config, "verify", tmp_path / "copy").returncode == 0
    restored = run(config, "restore", tmp_path / "copy", "--json")
    assert (restored.returncode, said(restored)["epoch_number"], said(restored)["new_key"]) == (0, 2, False)
    assert (data / "journal.replaced-1.db").exists()
    missing = run(config, "restore", tmp_path / "nowhere")
    assert missing.returncode == 1
    assert "there is no backup" in missing.stderr


def test_rebuild_finds_and_repairs_a_table_that_is_wrong(config: Path, data: Path) -> None:
    assert run(config, "journal", "rebuild").returncode == 0
    with closing(sqlite3.connect(data / "journal.db", isolation_level=None)) as connection:
        connection.execute("UPDATE lot SET packed_ug = 1")
    wrong = run(config, "journal", "rebuild", "--json")
    assert (wrong.returncode, said(wrong)["differs"]) == (1, {"lot": {"only_here": 1, "only_anew": 1}})
    assert run(config, "journal", "rebuild", "--repair").returncode == 0
    assert run(config, "journal", "rebuild").returncode == 0


def test_verify_against_an_acknowledgement_proves_the_tail(config: Path, data: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(data / "journal.db")) as connection:
        (epoch, digest) = connection.execute("SELECT epoch, hash FROM entry WHERE seq = 3").fetchone()
    word = tmp_path / "ack.json"
    word.write_text(json.dumps({"epoch": epoch, "seq": 3, "hash": digest.hex()}))
    proved = run(config, "verify", "--against", word, "--json")
    assert proved.returncode == 0
    assert any("the receiver holds epoch 1 up to entry 3" in sentence for sentence in said(proved)["proved"])
    word.write_text(json.dumps({"epoch": epoch, "seq": 4, "hash": digest.hex()}))
    cut = run(config, "verify", "--against", word, "--json")
    assert (cut.returncode, said(cut)["defects"][0]["what"]) == (1, "tail cut")
    word.write_text("{}")
    assert run(config, "verify", "--against", word).returncode == 2


def test_numbers_are_skipped_behind_the_journals_own(data: Path) -> None:
    (data / "counters.json").unlink()
    skip(data, 0, "261121", 100)
    content = read_counter_file(data)
    assert content is not None
    assert content.numbers["carton"]["261121/0"] == 101
    assert content.numbers["H"]["261121/0"] == 101
    _skip(data, 0, 5)  # of the day it is run on


def test_numbers_never_go_back_for_a_receiver(data: Path) -> None:
    take_over(data, {("carton", "261121/0"): 4_711, ("H", "261121/0"): 0})
    content = read_counter_file(data)
    assert content is not None
    assert content.numbers["carton"]["261121/0"] == 4_711
    take_over(data, {("carton", "261121/0"): 12})
    assert read_counter_file(data) == content
