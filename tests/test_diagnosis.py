"""The technician's tools against simulated devices with a fault put in: each is named, with its cure."""

import asyncio
import io
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from firmware_mock_devices import Device, device

from gateway.__main__ import main
from gateway.diagnosis import machine, ports
from gateway.diagnosis.bus import examine_bus
from gateway.diagnosis.doctor import examine_devices
from gateway.diagnosis.finding import SENTENCES, Finding
from gateway.diagnosis.scan import scales_in, scan, settings
from gateway.diagnosis.snippet import snippet
from gateway.drivers.modbus_bus import ModbusBus
from gateway.drivers.onewire import Onewire
from gateway.drivers.port import open_port
from gateway.drivers.scale import Scale

UNITS = ("--unit", "1:xy-md02", "--unit", "2:xy-md02")


@asynccontextmanager
async def bus(directory: Path, *options: str, units: tuple[str, ...] = UNITS) -> AsyncIterator[Device]:
    async with device(directory, "modbus_bus", "rtu", "--link", directory / "bus", *units, *options) as mock:
        yield mock


def table(directory: Path, *, map_: str = "xy-md02", units: tuple[int, ...] = (1, 2), **facts: object) -> ModbusBus:
    unit = {f"room-{number}": {"id": number, "map": map_} for number in units}
    return ModbusBus.model_validate(
        {"driver": "modbus_bus", "port": str(directory / "bus"), "unit": unit, "late_s": 0.05, "answer_within_s": 0.12}
        | facts
    )


async def examined(directory: Path, **facts: object) -> list[tuple[str, str]]:
    found = await examine_bus("bus", table(directory, **facts))
    return [(one.cause, one.about) for one in found]


async def test_line_that_is_well_has_no_findings(tmp_path: Path) -> None:
    async with bus(tmp_path):
        assert await examined(tmp_path) == []


async def test_dead_unit_is_named_and_the_other_is_not(tmp_path: Path) -> None:
    async with bus(tmp_path) as mock:
        await mock.tell(dead=2)
        assert await examined(tmp_path) == [("silent-unit", "bus/room-2")]


async def test_line_on_which_all_are_silent_is_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.diagnosis.bus.BAUDS", (9600,))
    async with bus(tmp_path) as mock:
        await mock.tell(dead="all")
        assert await examined(tmp_path, units=(1,)) == [("silent-port", "bus")]


@pytest.mark.slow
async def test_wrong_speed_is_found_out_with_the_right_one(tmp_path: Path) -> None:
    async with bus(tmp_path, "--strict", "--baud", "4800"):
        (one,) = await examine_bus("bus", table(tmp_path, units=(1,), baud=19200))
    assert one.cause == "wrong-speed"
    assert "baud = 4800" in one.words.vi


async def test_wrong_crc_of_one_unit_alone_is_two_units_with_its_id(tmp_path: Path) -> None:
    async with bus(tmp_path) as mock:
        await mock.tell(twins=2)
        assert await examined(tmp_path) == [("same-id", "bus/room-2")]


async def test_wrong_crc_of_all_is_the_line(tmp_path: Path) -> None:
    async with bus(tmp_path) as mock:
        await mock.tell(crc=100)
        found = await examined(tmp_path)
    assert [cause for cause, _ in found] == ["crc", "crc"]


async def test_unit_with_another_map_refuses_and_an_address_off_by_one_is_found(tmp_path: Path) -> None:
    units = ("--unit", "1:xy-md02", "--unit", "2:table:04/0000=0107,0222")
    async with bus(tmp_path, units=units):
        (one,) = await examine_bus("bus", table(tmp_path))
    assert (one.cause, one.about) == ("refused", "bus/room-2")
    assert "0x0000" in one.words.en


async def test_late_answers_are_timed_and_the_cure_is_a_number(tmp_path: Path) -> None:
    async with bus(tmp_path) as mock:
        await mock.tell(late=250, unit=2, times=9)
        (one,) = await examine_bus("bus", table(tmp_path))
    assert (one.cause, one.about) == ("late", "bus/room-2")
    assert re.search(r"answer_within_s = 0\.[5-9]", one.words.en)


@pytest.mark.slow
async def test_echo_of_the_adapter_is_named(tmp_path: Path) -> None:
    async with bus(tmp_path) as mock:
        await mock.tell(echo=True)
        assert await examined(tmp_path) == [("echo", "bus")]
        assert await examined(tmp_path, echo=True) == []
        await mock.tell(echo=False)
        assert await examined(tmp_path, echo=True) == [("no-echo", "bus")]


async def test_another_master_on_the_line_is_named(tmp_path: Path) -> None:
    async with bus(tmp_path) as mock:
        await mock.tell(master={"unit": 9, "every_ms": 150})
        assert ("two-masters", "bus") in await examined(tmp_path)


async def test_absurd_float_is_the_word_order(tmp_path: Path) -> None:
    units = ("--unit", "1:table:03/0000=4419,2000")
    async with bus(tmp_path, units=units):
        found = await examined(tmp_path, map_="vaisala-gmp252", units=(1,))
    assert found == [("word-order", "bus/room-1")]


async def test_broken_probe_is_a_sensor_fault(tmp_path: Path) -> None:
    async with bus(tmp_path, units=("--unit", "1:table:04/0001=7FFF,0222")):
        assert await examined(tmp_path, units=(1,)) == [("sensor-fault", "bus/room-1")]


# --- ports ----------------------------------------------------------------------------------------------------------


def causes(found: list[Finding]) -> list[str]:
    return [one.cause for one in found]


def test_port_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "serial" / "by-id").mkdir(parents=True)
    (tmp_path / "serial" / "by-id" / "usb-FTDI_A502-if00-port0").symlink_to("/dev/null")
    (missing,) = ports.examine_port("bus", str(tmp_path / "gone"), dev=tmp_path)
    (renumbered,) = ports.examine_port("bus", str(tmp_path / "ttyUSB7"), dev=tmp_path)
    assert causes([missing, renumbered]) == ["port-missing", "renumbered"]
    assert "usb-FTDI_A502" in missing.words.vi
    assert "usb-FTDI_A502" in renumbered.words.en


def process(proc: Path, number: int, name: str, *held: str) -> None:
    (proc / str(number) / "fd").mkdir(parents=True)
    (proc / str(number) / "comm").write_text(f"{name}\n", "utf-8")
    for place, path in enumerate(held):
        (proc / str(number) / "fd" / str(place)).symlink_to(path)


def test_port_held_by_another_program_names_it(tmp_path: Path) -> None:
    port = tmp_path / "line"
    port.touch()
    process(tmp_path / "proc", 77, "brltty", str(port))
    (taken,) = ports.examine_port("bus", str(port), proc=tmp_path / "proc", dev=tmp_path)
    assert taken.cause == "port-taken"
    assert "brltty (77)" in taken.words.vi
    assert causes(ports.grabbers(tmp_path / "proc")) == ["grabber"]


def test_missing_permission_names_the_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = tmp_path / "line"
    port.touch()
    monkeypatch.setattr(os, "access", lambda *_: False)  # root, as whom tests may run, is refused nothing
    (refused,) = ports.examine_port("bus", str(port), proc=tmp_path, dev=tmp_path)
    assert refused.cause == "no-permission"
    assert "dialout" in refused.words.en


def test_two_adapters_with_one_name_are_named(tmp_path: Path) -> None:
    for kind, names in (("by-id", ("usb-1a86_USB2.0-Serial-if00-port0",)), ("by-path", ("usb-0:1.1", "usb-0:1.2"))):
        (tmp_path / "serial" / kind).mkdir(parents=True)
        for at, name in enumerate(names):
            (tmp_path / "serial" / kind / name).symlink_to(tmp_path / f"ttyUSB{at}")
    assert causes(ports.twins(tmp_path)) == ["twin-adapters"]
    (tmp_path / "serial" / "by-path" / "usb-0:1.2").unlink()
    assert ports.twins(tmp_path) == []


# --- the machine ----------------------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_full_disk_is_named_with_how_full(tmp_path: Path) -> None:
    (full,) = machine.disk(tmp_path / "not" / "yet", usage=lambda _: (100, 97, 3))
    assert full.cause == "disk-full"
    assert "97 %" in full.words.vi
    assert machine.disk(tmp_path, usage=lambda _: (100, 50, 50)) == []


def test_clock_before_this_release_was_built_is_wrong_and_one_nobody_keeps_is_noted() -> None:
    def looked(**facts: object) -> list[str]:
        usual = {"trusted": False, "now": NOW, "built": NOW - timedelta(days=9), "synchronised": lambda: True}
        return causes(machine.clock(**usual | facts))

    assert looked() == []
    assert looked(synchronised=lambda: False) == ["clock-unsynced"]
    assert looked(synchronised=lambda: False, trusted=True) == []
    assert looked(now=NOW - timedelta(days=400)) == ["clock-wrong"]


def pem(path: Path, begins: datetime, ends: datetime) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gw-1")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, begins, ends).sign(key, hashes.SHA256())
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        (-100, 200, []),
        (-100, 20, ["certificate-expires"]),
        (-100, -1, ["certificate-expires"]),
        (5, 9, ["clock-wrong"]),
    ],
)
def test_certificate_that_ends_soon_or_has_not_begun_is_named(
    tmp_path: Path, begins: int, ends: int, expected: list[str]
) -> None:
    file = pem(tmp_path / "gw.pem", NOW + timedelta(days=begins), NOW + timedelta(days=ends))
    broker = SimpleNamespace(certificate=file, ca=None)
    assert causes(machine.certificates(broker, NOW)) == expected


def test_weak_supply_is_what_the_raspberry_pi_says(tmp_path: Path) -> None:
    flags = tmp_path / "get_throttled"
    assert machine.supply(flags) == []
    flags.write_text("50005\n", "ascii")
    assert causes(machine.supply(flags)) == ["under-voltage"]
    flags.write_text("0\n", "ascii")
    assert machine.supply(flags) == []


def test_every_sentence_has_a_cause_and_a_cure_in_both_languages() -> None:
    for cause, words in SENTENCES.items():
        assert words.vi != words.en, cause
        if cause not in ("sound", "source-down"):
            assert " → " in words.vi, cause
            assert " → " in words.en, cause


# --- scales ---------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def scale(directory: Path, protocol: str) -> AsyncIterator[Device]:
    async with device(directory, "scale", "--protocol", protocol, "--link", directory / "scale") as mock:
        yield mock


async def findings(directory: Path, protocol: str) -> list[Finding]:
    settings_ = {"driver": "scale", "port": str(directory / "scale"), "protocol": protocol, "unit": "kg"}
    proc = directory / "proc"
    proc.mkdir()
    return [one async for one in examine_devices({"s": Scale.model_validate(settings_)}, proc=proc)]


async def test_scale_that_is_well_says_so(tmp_path: Path) -> None:
    async with scale(tmp_path, "yaohua-continuous"):
        assert [one.level for one in await findings(tmp_path, "yaohua_continuous")] == ["sound"]


async def test_scale_of_another_protocol_is_recognised(tmp_path: Path) -> None:
    async with scale(tmp_path, "yaohua-continuous"):
        (one,) = await findings(tmp_path, "mt_sics")
    assert one.cause == "scale-protocol"
    assert "yaohua_continuous" in one.words.vi


async def test_muted_scale_is_a_silent_port(tmp_path: Path) -> None:
    async with scale(tmp_path, "mt-sics") as mock:
        await mock.tell(mute=True)
        assert [one.cause for one in await findings(tmp_path, "mt_sics")] == ["silent-port"]


@pytest.mark.parametrize(("garbled", "cause"), [(1000, "garbage"), (5, "spoilt-frames")])
async def test_scale_whose_frames_are_garbled_is_not_called_sound(tmp_path: Path, garbled: int, cause: str) -> None:
    async with scale(tmp_path, "yaohua-continuous") as mock:
        async with open_port(str(tmp_path / "scale"), baud=9600) as port:
            await mock.tell(garble=garbled)
            await port.drain(quiet_s=0.1, at_most_s=0.1)  # what was said before lies in the line
        (one,) = await findings(tmp_path, "yaohua_continuous")
    assert one.cause == cause
    assert " → " in one.words.vi


async def test_port_that_another_program_holds_is_taken(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    async with bus(tmp_path), open_port(str(tmp_path / "bus"), baud=9600):
        found = [one async for one in examine_devices({"line": table(tmp_path)}, proc=tmp_path / "proc")]
    assert [one.cause for one in found] == ["port-taken"]


async def test_dead_unit_behind_a_network_converter_is_named_and_the_other_is_not(tmp_path: Path) -> None:
    async with device(tmp_path, "modbus_bus", "tcp", "--port", "0", *UNITS, "--absent-0b") as mock:
        await mock.tell(dead=2)
        where = {"port": None, "host": "127.0.0.1", "tcp_port": mock.ready["listening"], "answer_within_s": 1.5}
        assert await examined(tmp_path, **where) == [("silent-unit", "bus/room-2")]


async def test_network_bus_that_is_away_is_named(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    unit = {"a": {"id": 1, "map": "xy-md02"}}
    away = ModbusBus.model_validate({"driver": "modbus_bus", "host": "127.0.0.1", "tcp_port": 1, "unit": unit})
    found = [one async for one in examine_devices({"yard": away}, proc=tmp_path / "proc")]
    assert [one.cause for one in found] == ["no-network"]
    assert "127.0.0.1:1" in found[0].words.en


async def test_each_probe_of_a_one_wire_bus_is_looked_at(tmp_path: Path) -> None:
    for rom, text in (
        ("28-0316a2795bff", "3f 00 4b 46 7f ff 01 10 47 : crc=47 YES\n3f 00 4b 46 7f ff 01 10 47 t=3937\n"),
        ("28-0316a2795b02", "50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n50 05 4b 46 7f ff 0c 10 1c t=85000\n"),
    ):
        (tmp_path / rom).mkdir()
        (tmp_path / rom / "w1_slave").write_text(text, "ascii")
    unit = {"a": {"rom": "28-0316a2795bff"}, "b": {"rom": "28-0316a2795b01"}, "c": {"rom": "28-0316a2795b02"}}
    probes = Onewire.model_validate({"driver": "onewire", "directory": tmp_path, "unit": unit})
    found = [one async for one in examine_devices({"core": probes}, proc=tmp_path)]
    assert [(one.cause, one.about) for one in found] == [("source-down", "core/b"), ("sensor-fault", "core/c")]


# --- scan -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_scan_finds_speed_ids_and_maps_and_its_config_reads_the_units(tmp_path: Path) -> None:
    renke = "3:table:03/0000=0292,FF9B+03/07D0=0003,0001"
    async with bus(tmp_path, "--strict", "--baud", "19200", "--turnaround-ms", "1", "--unit", renke):
        told: list[str] = []
        walk = [(4800, "8N1"), (19200, "8N1")]
        found = await scan(str(tmp_path / "bus"), walk, range(1, 5), tell=told.append)
        assert found is not None
        assert found.setting == (19200, "8N1")
        assert [(unit.id, unit.guesses[0].map) for unit in found.units] == [
            (1, "xy-md02"),
            (2, "xy-md02"),
            (3, "renke-ws-n01"),
        ]
        assert any("4800" in line for line in told)
        made = read_back(snippet(found))
        assert [unit.id for unit in made.unit.values()] == [1, 2, 3]
        made = made.model_copy(update={"late_s": 0.05})
        assert await examine_bus("bus", made) == []


def read_back(text: str) -> ModbusBus:
    import tomllib
    from decimal import Decimal

    return ModbusBus.model_validate(tomllib.loads(text, parse_float=Decimal)["device"]["bus-1"])


async def test_scan_recognises_a_scale_that_talks_by_itself(tmp_path: Path) -> None:
    async with scale(tmp_path, "yaohua-continuous"):
        found = await scan(str(tmp_path / "scale"), [(9600, "8N1")], [1])
    assert found is not None
    assert "yaohua_continuous" in found.scales
    assert f'protocol = "{found.scales[0]}"' in snippet(found)


@pytest.mark.slow
async def test_scan_recognises_a_scale_that_must_be_asked(tmp_path: Path) -> None:
    async with scale(tmp_path, "mt-sics"):
        found = await scan(str(tmp_path / "scale"), [(9600, "8N1")], [1])
    assert found is not None
    assert "mt_sics" in found.scales


async def test_scan_names_an_id_that_two_units_have(tmp_path: Path) -> None:
    async with bus(tmp_path) as mock:
        await mock.tell(twins=2)
        found = await scan(str(tmp_path / "bus"), [(9600, "8N1")], [1, 2, 3])
    assert found is not None
    assert ([unit.id for unit in found.units], found.spoilt) == ([1], [2])
    assert "# id 2: trả lời hỏng / spoilt answers" in snippet(found)
    assert [unit.id for unit in read_back(snippet(found)).unit.values()] == [1]


async def test_scan_of_a_dead_line_finds_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.diagnosis.scan.LISTEN_S", 0.05)
    async with bus(tmp_path) as mock:
        await mock.tell(dead="all")
        assert await scan(str(tmp_path / "bus"), [(9600, "8N1")], [1, 2]) is None


def test_noise_is_no_scale() -> None:
    import random

    chance = random.Random(7)
    assert scales_in(bytes(chance.randrange(256) for _ in range(1000))) == []
    assert scales_in(b"") == []


def test_walk_begins_with_what_most_devices_are_sold_with() -> None:
    walk = settings()
    assert walk[0] == (9600, "8N1")
    assert len(set(walk)) == len(walk)


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.diagnosis.bus.OVERHEAR_S", 0.3)
    monkeypatch.setattr("gateway.diagnosis.bus.LATE_S", 0.3)
    monkeypatch.setattr("gateway.diagnosis.doctor.LISTEN_TO_SCALE_S", 1.0)
    monkeypatch.setattr("gateway.diagnosis.scan.LISTEN_S", 0.3)


# --- the commands ---------------------------------------------------------------------------------------------------


def command(*arguments: str | Path) -> tuple[int, str]:
    """Run a command here; give its exit status and what it printed."""
    output = io.StringIO()
    with redirect_stdout(output), pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    code = ended.value.code
    return (code if isinstance(code, int) else 0), output.getvalue()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config with the bus below `tmp_path`; its first unit is one that the mocks have."""
    sound = (Path(__file__).parent / "golden" / "config" / "scale.toml").read_text("utf-8").partition("[device.")[0]
    file = tmp_path / "gateway.toml"
    rooms = "".join(f'[device.bus.unit.room-{n}]\nid = {n}\nmap = "xy-md02"\nevery_s = 0.2\n' for n in (1, 2))
    pace = "late_s = 0.1\nanswer_within_s = 0.12\n"
    device_ = f'[device.bus]\ndriver = "modbus_bus"\nport = "{tmp_path / "bus"}"\n{pace}{rooms}'
    file.write_text(sound.replace('name = "gw-1"\n', 'name = "gw-1"\ndata = "data"\n') + device_, "utf-8")
    return file


async def test_probe_reads_every_unit_once_and_fails_for_one_that_is_silent(tmp_path: Path, config: Path) -> None:
    async with bus(tmp_path) as mock:
        await mock.tell(set={"unit": "all", "temperature": "4.5", "humidity": "88.0"})
        status, said = await asyncio.to_thread(command, "check", "--probe", "--config", config)
        assert status == 0, said
        assert "✓ bus/room-1" in said
        assert "Temperature 4.5 °C  RelativeHumidity 88.0 %" in said
        await mock.tell(dead=2)
        status, said = await asyncio.to_thread(command, "check", "--probe", "--json", "--config", config)
    probed = json.loads(said)["probed"]
    assert (status, probed["bus/room-1"]["ok"], probed["bus/room-2"]["ok"]) == (1, True, False)


@pytest.mark.slow
async def test_doctor_command_tells_cause_and_cure_in_both_languages(tmp_path: Path, config: Path) -> None:
    async with bus(tmp_path) as mock:
        await mock.tell(dead=2)
        status, said = await asyncio.to_thread(command, "doctor", "--config", config)
    for_scripts = await asyncio.to_thread(command, "doctor", "--json", "--config", config)
    assert status == 1
    assert "✗ bus/room-2: thiết bị không trả lời" in said
    assert "no answer: wrong id, no power, cut wire → check" in said
    faults = [one["cause"] for one in json.loads(for_scripts[1])["findings"] if one["level"] == "fault"]
    assert "port-missing" in faults


async def test_listen_shows_values_beside_raw_bytes_and_counts_at_the_end(tmp_path: Path, config: Path) -> None:
    async with bus(tmp_path) as mock:
        await mock.tell(set={"unit": "all", "temperature": "26.3", "humidity": "54.6"})
        status, said = await asyncio.to_thread(command, "listen", "--for", "1.5", "--json", "--config", config)
    rows = [json.loads(row) for row in said.splitlines()]
    assert status == 0
    first = next(row for row in rows if row.get("Temperature"))
    assert first["Temperature"] == "26.3 °C"
    assert first["raw"] == "01 04 04 01 07 02 22 ca c0"
    assert first["asked"] == "01 04 00 01 00 02 20 0b"
    assert first["ms"] > 0
    assert re.fullmatch(r"values \d+, bad 0, breaks 0, questions \d+, unanswered 0, ms .+", rows[-1]["counts"])


@pytest.mark.slow
async def test_scan_command_ends_in_config_lines(tmp_path: Path) -> None:
    async with bus(tmp_path):
        arguments = ("scan", tmp_path / "bus", "--baud", "9600", "--line", "8N1", "--ids", "1-2")
        status, said = await asyncio.to_thread(command, *arguments)
    assert status == 0
    assert "xy-md02 (XY-MD02): Temperature" in said
    assert "[device.bus-1.unit.unit-2]" in said
    assert command("scan", "/dev/none", "--ids", "0-3")[0] == 2
