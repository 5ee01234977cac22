"""The simulated Modbus devices: frames, registers, and the processes on a real pty and a real port."""

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from firmware_mock_devices import HANG_GUARD_S, Device, Tty, device, tty

from firmware_mock.climate import cold_room
from firmware_mock.modbus_frames import crc, exception, rtu_body, rtu_frame, rtu_request_length
from firmware_mock.xy_md02 import XyMd02

ASK_BOTH = bytes([4, 0, 1, 0, 2])
ASK_TEMPERATURE = bytes([4, 0, 1, 0, 1])
ASK_HUMIDITY = bytes([4, 0, 2, 0, 1])
UNITS = ("--unit", "1:xy-md02", "--unit", "2:xy-md02:temperature=-18,humidity=70")
mbpoll = pytest.mark.skipif(not shutil.which("mbpoll"), reason="mbpoll is not installed (apt install mbpoll)")


@pytest.mark.parametrize(
    "frame",
    [
        "01 04 00 01 00 01 60 0A",
        "01 04 02 01 31 79 74",
        "01 04 00 01 00 02 20 0B",
        "01 04 04 01 07 02 22 CA C0",
        "01 03 04 02 92 FF 9B 5A 3D",
        "01 84 02 C2 C1",
    ],
)
def test_frames_of_the_sheets_have_the_crc_that_is_made_here(frame: str) -> None:
    whole = bytes.fromhex(frame)
    assert rtu_frame(whole[0], whole[1:-2]) == whole
    assert rtu_body(whole) == (whole[0], whole[1:-2])
    assert rtu_body(whole[:-1] + bytes([whole[-1] ^ 1])) is None


def test_the_end_of_a_request_is_known_from_its_head() -> None:
    assert rtu_request_length(b"\x01") is None
    assert rtu_request_length(b"\x01\x04") == 8
    assert rtu_request_length(bytes([1, 0x10, 0, 0, 0, 2])) is None
    assert rtu_request_length(bytes([1, 0x10, 0, 0, 0, 2, 4])) == 13
    assert rtu_request_length(b"\x01\x2b") is None


def sensor(**fixed: str) -> XyMd02:
    air = cold_room("1", 4.5, 88.0)
    return XyMd02(1, 9600, {name: air[name].held(Decimal(fixed[name])) if name in fixed else air[name] for name in air})


@pytest.mark.parametrize(
    ("request_pdu", "answer"),
    [
        (ASK_BOTH, "04 04 01 07 02 22"),
        (ASK_TEMPERATURE, "04 02 01 07"),
        (ASK_HUMIDITY, "04 02 02 22"),
        (bytes([3, 1, 1, 0, 4]), "03 08 00 01 25 80 00 00 00 00"),
        (bytes([4, 0, 0, 0, 2]), "84 02"),
        (bytes([4, 0, 2, 0, 2]), "84 02"),
        (bytes([3, 0, 1, 0, 2]), "83 02"),
        (bytes([4, 0, 1, 0, 0]), "84 03"),
        (bytes([4, 0, 1, 0, 126]), "84 03"),
        (bytes([1, 0, 0, 0, 1]), "81 01"),
        (bytes([0x2B, 0x0E, 1, 0]), "AB 01"),
        (bytes([4, 0, 1]), "84 03"),
    ],
)
def test_sensor_answers_as_its_sheet_says(request_pdu: bytes, answer: str) -> None:
    assert sensor(temperature="26.3", humidity="54.6").answer(request_pdu, 0.0) == bytes.fromhex(answer)


def test_frost_is_twos_complement_and_a_correction_shifts_it() -> None:
    device = sensor(temperature="-10.1")
    assert device.answer(ASK_TEMPERATURE, 0.0) == bytes.fromhex("04 02 FF 9B")
    minus_half = bytes.fromhex("06 01 03 FF FB")
    assert device.answer(minus_half, 0.0) == minus_half
    assert device.answer(ASK_TEMPERATURE, 0.0) == bytes.fromhex("04 02 FF 96")


def test_sensor_drifts_slowly_round_its_middle() -> None:
    air = cold_room("1", 4.5, 88.0)["temperature"]
    values = [air.at(float(t)) for t in range(1200)]
    assert Decimal("3.9") < min(values) < Decimal("4.3")
    assert Decimal("4.7") < max(values) < Decimal("5.1")
    assert max(abs(after - before) for before, after in pairwise(values)) < Decimal("0.2")
    assert values == [air.at(float(t)) for t in range(1200)]


def test_an_excursion_leads_away_and_back() -> None:
    air = cold_room("1", 4.5, 88.0)["temperature"].led_away(8.0, 100.0, 20.0)
    assert air.at(99.0) < 6
    assert 7 < air.at(110.0) < 10
    assert 12 < air.at(121.0) < 13
    back = air.led_away(0.0, 200.0, 20.0)
    assert 12 < back.at(200.0) < 13
    assert back.at(230.0) < 6


async def ask(line: Tty, unit: int, pdu: bytes, answer_length: int) -> bytes:
    line.say(rtu_frame(unit, pdu))
    return await line.bytes(answer_length)


@asynccontextmanager
async def rtu_bus(directory: Path, *options: str) -> AsyncIterator[tuple[Device, Tty]]:
    arguments = ("modbus_bus", "rtu", "--link", directory / "bus", *UNITS, *options)
    async with device(directory, *arguments) as bus, tty(directory / "bus") as line:
        yield bus, line


async def test_rtu_bus_answers_for_its_units_and_nobody_else(tmp_path: Path) -> None:
    async with rtu_bus(tmp_path) as (bus, line):
        await bus.tell(set={"unit": 1, "temperature": "26.3", "humidity": "54.6"})
        assert await ask(line, 1, ASK_BOTH, 9) == bytes.fromhex("01 04 04 01 07 02 22 CA C0")
        line.say(rtu_frame(3, ASK_BOTH))
        await bus.tell(set={"unit": 2, "temperature": "-18"})
        await bus.until(lambda status: status["requests"] == 2)
        assert await ask(line, 2, ASK_TEMPERATURE, 7) == rtu_frame(2, bytes.fromhex("04 02 FF 4C"))
        assert (await bus.tell(status=True))["requests"] == 3


async def test_a_request_with_a_wrong_crc_or_behind_noise_is_for_nobody(tmp_path: Path) -> None:
    async with rtu_bus(tmp_path) as (bus, line):
        line.say(rtu_frame(1, ASK_BOTH)[:-1] + b"\x00")
        line.say(b"\x00\x7f\x7f" + rtu_frame(1, ASK_BOTH))
        await asyncio.sleep(0.1)  # a silence on the line ends a frame: here time itself is what is said
        assert await ask(line, 1, bytes([0x41]), 5) == rtu_frame(1, exception(0x41, 1))
        assert (await bus.tell(status=True))["requests"] == 1


async def test_a_late_answer_comes_after_that_of_a_unit_asked_later(tmp_path: Path) -> None:
    async with rtu_bus(tmp_path) as (bus, line):
        await bus.tell(set={"unit": "all", "temperature": "1.0", "humidity": "2.0"})
        await bus.tell(late=300, unit=1)
        line.say(rtu_frame(1, ASK_TEMPERATURE))
        await bus.until(lambda status: status["requests"] == 1)
        assert await ask(line, 2, ASK_TEMPERATURE, 7) == rtu_frame(2, bytes.fromhex("04 02 00 0A"))
        assert await bus.told("late") == {"late": {"unit": 1, "ms": 300}}
        assert await line.bytes(7) == rtu_frame(1, bytes.fromhex("04 02 00 0A"))


async def test_a_late_answer_comes_before_the_answer_to_the_next_request_of_the_same_unit(tmp_path: Path) -> None:
    async with rtu_bus(tmp_path) as (bus, line):
        await bus.tell(set={"unit": 1, "temperature": "1.0", "humidity": "2.0"})
        await bus.tell(late=300, unit=1)
        line.say(rtu_frame(1, ASK_TEMPERATURE))
        await bus.until(lambda status: status["requests"] == 1)
        assert await ask(line, 1, ASK_HUMIDITY, 7) == rtu_frame(1, bytes.fromhex("04 02 00 0A"))
        assert await line.bytes(7) == rtu_frame(1, bytes.fromhex("04 02 00 14"))


async def test_dead_unit_is_silent_until_it_lives_again(tmp_path: Path) -> None:
    async with rtu_bus(tmp_path) as (bus, line):
        await bus.tell(dead=1)
        line.say(rtu_frame(1, ASK_TEMPERATURE))
        await bus.until(lambda status: status["requests"] == 1)
        assert (await ask(line, 2, ASK_TEMPERATURE, 7))[0] == 2
        await bus.tell(alive="all")
        assert (await ask(line, 1, ASK_TEMPERATURE, 7))[0] == 1


async def test_told_exceptions_bad_crcs_and_echoes_are_sent(tmp_path: Path) -> None:
    async with rtu_bus(tmp_path) as (bus, line):
        await bus.tell(exception=6, unit=1)
        assert await ask(line, 1, ASK_TEMPERATURE, 5) == rtu_frame(1, exception(4, 6))
        await bus.tell(crc=1)
        spoilt = await ask(line, 1, ASK_TEMPERATURE, 7)
        assert crc(spoilt[:-2]) != spoilt[-2:]
        await bus.tell(echo=True)
        request = rtu_frame(1, ASK_TEMPERATURE)
        answer = await ask(line, 1, ASK_TEMPERATURE, len(request) + 7)
        assert answer.startswith(request)
        assert rtu_body(answer[len(request) :]) is not None


async def test_a_command_it_cannot_obey_is_refused_in_words(tmp_path: Path) -> None:
    refused: list[tuple[dict, str]] = [
        ({"set": {"unit": 9, "temperature": "1"}}, "unit: one of 1, 2"),
        ({"set": {"unit": 1, "warmth": "1"}}, "warmth"),
        ({"set": {"unit": 1, "temperature": "warm"}}, "a number is needed"),
        ({"late": -1}, "whole number"),
        ({"dance": True}, "exactly one of"),
        ({"dead": 1, "alive": 2}, "exactly one of"),
    ]
    async with rtu_bus(tmp_path) as (bus, _):
        for command, words in refused:
            answer = await bus.tell(**command)
            assert answer["ok"] is False
            assert words in answer["error"]


@asynccontextmanager
async def tcp_bus(directory: Path, *options: str) -> AsyncIterator[tuple[Device, socket.socket]]:
    async with device(directory, "modbus_bus", "tcp", "--port", "0", *UNITS, *options) as bus:
        with socket.create_connection(("127.0.0.1", int(bus.ready["listening"])), HANG_GUARD_S) as client:
            client.setblocking(False)
            yield bus, client


async def tcp_bytes(client: socket.socket, count: int) -> bytes:
    loop, heard = asyncio.get_running_loop(), b""
    async with asyncio.timeout(HANG_GUARD_S):
        while len(heard) < count and (more := await loop.sock_recv(client, count - len(heard))):
            heard += more
    return heard


def mbap(transaction: int, unit: int, pdu: bytes) -> bytes:
    return transaction.to_bytes(2, "big") + b"\0\0" + (len(pdu) + 1).to_bytes(2, "big") + bytes([unit]) + pdu


async def test_tcp_answers_carry_their_transaction_even_when_late(tmp_path: Path) -> None:
    async with tcp_bus(tmp_path) as (bus, client):
        await bus.tell(set={"unit": "all", "temperature": "1.0"})
        await bus.tell(late=300, unit=1)
        client.send(mbap(7, 1, ASK_TEMPERATURE) + mbap(8, 2, ASK_TEMPERATURE)[:5])
        client.send(mbap(8, 2, ASK_TEMPERATURE)[5:])
        assert await tcp_bytes(client, 11) == mbap(8, 2, bytes.fromhex("04 02 00 0A"))
        assert await tcp_bytes(client, 11) == mbap(7, 1, bytes.fromhex("04 02 00 0A"))


async def test_tcp_is_silent_for_foreign_units_unless_it_is_a_converter(tmp_path: Path) -> None:
    async with tcp_bus(tmp_path) as (_, client):
        client.send(mbap(1, 9, ASK_TEMPERATURE) + mbap(2, 1, bytes([0x41])))
        assert await tcp_bytes(client, 9) == mbap(2, 1, exception(0x41, 1))
    async with tcp_bus(tmp_path, "--absent-0b") as (_, client):
        client.send(mbap(1, 9, ASK_TEMPERATURE))
        assert await tcp_bytes(client, 9) == mbap(1, 9, exception(4, 0x0B))


async def test_tcp_hangs_up_on_command_and_on_who_speaks_no_modbus(tmp_path: Path) -> None:
    async with tcp_bus(tmp_path) as (bus, client):
        client.send(b"GET / HTTP/1.1\r\n\r\n")
        with suppress(ConnectionResetError):
            assert await tcp_bytes(client, 1) == b""
        with socket.create_connection(("127.0.0.1", int(bus.ready["listening"])), HANG_GUARD_S) as second:
            second.setblocking(False)
            second.send(mbap(1, 1, bytes([0x41])))
            await tcp_bytes(second, 9)
            await bus.tell(hang_up=True)
            with suppress(ConnectionResetError):
                assert await tcp_bytes(second, 1) == b""


async def poll(*arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        "mbpoll", *arguments, "-1", stdout=-1, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(HANG_GUARD_S):
        output, _ = await process.communicate()
    return output.decode()


def polled(output: str) -> dict[int, str]:
    return {int(place): value for place, value in re.findall(r"^\[(\d+)\]:\s+(\S+)", output, re.MULTILINE)}


@mbpoll
async def test_mbpoll_reads_the_rtu_bus(tmp_path: Path) -> None:
    link = tmp_path / "bus"
    async with device(tmp_path, "modbus_bus", "rtu", "--link", link, *UNITS) as bus:
        await bus.tell(set={"unit": 2, "temperature": "-18.0", "humidity": "71.5"})
        line = ("-m", "rtu", "-b", "9600", "-P", "none")
        assert polled(await poll(*line, "-a", "2", "-t", "3:hex", "-0", "-r", "1", "-c", "2", str(link))) == {
            1: "0xFF4C",
            2: "0x02CB",
        }
        assert "Illegal data address" in await poll(*line, "-a", "2", "-t", "3", "-0", "-r", "5", "-c", "1", str(link))
        assert "timed out" in await poll(
            *line, "-a", "9", "-t", "3", "-0", "-r", "1", "-c", "1", "-o", "0.2", str(link)
        )


@mbpoll
async def test_mbpoll_reads_bits_and_tables(tmp_path: Path) -> None:
    link = tmp_path / "bus"
    units = ("--unit", "3:table:02/0000=0,0,0,0,0,1,0,0+03/0000=0292,FF9B")
    async with device(tmp_path, "modbus_bus", "rtu", "--link", link, *units) as bus:
        line = ("-m", "rtu", "-b", "9600", "-P", "none", "-a", "3", "-0")
        assert polled(await poll(*line, "-t", "1", "-r", "0", "-c", "8", str(link))) == {
            at: str(int(at == 5)) for at in range(8)
        }
        await bus.tell(registers="03/0001=0029", unit=3)
        assert polled(await poll(*line, "-t", "4:hex", "-r", "0", "-c", "2", str(link))) == {0: "0x0292", 1: "0x0029"}
        assert "Illegal function" in await poll(*line, "-t", "3", "-r", "0", "-c", "1", str(link))


async def test_twins_spoil_the_answers_of_their_id_and_another_master_is_heard_by_all(tmp_path: Path) -> None:
    async with rtu_bus(tmp_path) as (bus, line):
        await bus.tell(twins=2)
        spoilt = await ask(line, 2, ASK_BOTH, 9)
        assert rtu_body(spoilt) is None
        assert rtu_body(await ask(line, 1, ASK_BOTH, 9)) is not None
        await bus.tell(master={"unit": 9, "every_ms": 50})
        asked_and_answered = await line.bytes(17)
        assert rtu_body(asked_and_answered[:8]) == (9, bytes.fromhex("03 00 00 00 02"))
        assert rtu_body(asked_and_answered[8:]) == (9, bytes.fromhex("03 04 00 2a 01 07"))
        await bus.tell(master=False)


@mbpoll
async def test_mbpoll_reads_the_tcp_bus(tmp_path: Path) -> None:
    async with device(tmp_path, "modbus_bus", "tcp", *UNITS) as bus:
        await bus.tell(set={"unit": 1, "temperature": "4.6", "humidity": "88.0"})
        port = ("-m", "tcp", "-p", str(bus.ready["listening"]))
        output = await poll(*port, "-a", "1", "-t", "3", "-0", "-r", "1", "-c", "2", "127.0.0.1")
        assert polled(output) == {1: "46", 2: "880"}


async def test_a_slow_bus_takes_as_much_longer_as_its_baud_rate_says(tmp_path: Path) -> None:
    loop, took = asyncio.get_running_loop(), {}
    for baud in ("600", "4800"):
        (tmp_path / baud).mkdir()
        async with rtu_bus(tmp_path / baud, "--baud", baud, "--turnaround-ms", "0") as (_, line):
            start = loop.time()
            await ask(line, 1, ASK_BOTH, 9)
            took[baud] = loop.time() - start
    assert 4 < took["600"] / took["4800"] < 16
