"""The simulated scales: their frames, and the processes on real ptys."""

import os
import re
from decimal import Decimal
from pathlib import Path
from time import monotonic

import pytest
from firmware_mock_devices import device, tty

from firmware_mock.indicator import Display
from firmware_mock.scales import mt_sics, yaohua_continuous

YAOHUA_FRAME = re.compile(rb"\x02([+-])(\d{6})([0-4])([0-9A-F]{2})\x03")


@pytest.mark.parametrize(
    ("shown", "decimals", "frame"),
    [
        ("0", 0, "02 2B 30 30 30 30 30 30 30 31 42 03"),
        ("1560", 0, "02 2B 30 30 31 35 36 30 30 31 39 03"),
        ("12.34", 2, "02 2B 30 30 31 32 33 34 32 31 44 03"),
        ("-12.3", 1, "02 2D 30 30 30 31 32 33 31 31 43 03"),
    ],
)
def test_yaohua_frame_is_the_one_in_the_manual(shown: str, decimals: int, frame: str) -> None:
    assert yaohua_continuous.frame(Decimal(shown), decimals) == bytes.fromhex(frame)


def test_yaohua_frame_has_six_digits_and_no_more() -> None:
    with pytest.raises(ValueError, match="into 6 digits"):
        yaohua_continuous.frame(Decimal("10000.00"), 2)


@pytest.mark.parametrize(
    ("display", "answer"),
    [
        (Display(Decimal("100.00"), stable=True), "S S     100.00 g"),
        (Display(Decimal("129.07"), stable=False), "S D     129.07 g"),
        (Display(Decimal("-1.20"), stable=True), "S S      -1.20 g"),
        (Display(None, stable=False, over=True), "S +"),
        (Display(None, stable=False, under=True), "S -"),
    ],
)
def test_mt_sics_answer_is_the_one_in_the_manual(display: Display, answer: str) -> None:
    assert mt_sics.weight("S", display, "g") == answer


def yaohua_values(heard: bytes) -> list[Decimal]:
    return [Decimal(f"{sign.decode()}{digits.decode()}").scaleb(-int(places)) for sign, digits, places, _ in
            YAOHUA_FRAME.findall(heard)]  # fmt: skip


async def test_yaohua_sends_the_load_as_it_wobbles_and_settles(tmp_path: Path) -> None:
    async with device(tmp_path, "scale", "--protocol", "yaohua-continuous", "--link", tmp_path / "tty") as scale:
        assert scale.ready["ready"] == "scale"
        async with tty(tmp_path / "tty") as line:
            await line.bytes(24)
            await scale.tell(put="10.25")
            await scale.told(settled=True, shows="10.25")
            rest = len(line.heard)
            heard = await line.until(lambda heard: len(heard) >= rest + 36)
            values = yaohua_values(heard)
            assert values[-1] == Decimal("10.25")
            assert set(values) - {Decimal("0.00"), Decimal("10.25")}
            await scale.tell(lift=True)
            await scale.told(settled=True, shows="0.00")


async def test_overload_silences_yaohua_and_the_next_load_is_heard(tmp_path: Path) -> None:
    async with device(tmp_path, "scale", "--protocol", "yaohua-continuous", "--link", tmp_path / "tty") as scale:
        await scale.tell(put="80")
        await scale.told(settled=False, shows="OL")
        async with tty(tmp_path / "tty") as line:
            await line.bytes(1)  # what the driver had before
            line.heard = b""
            await scale.tell(put="20.00")
            await scale.told(shows="20.00")
            values = yaohua_values(await line.until(lambda heard: heard.count(b"\x03") >= 6))
            assert values[-1] == Decimal("20.00")
            assert max(values) < 61


async def test_garbled_frames_are_as_many_as_told(tmp_path: Path) -> None:
    good = yaohua_continuous.frame(Decimal("0.00"), 2)
    async with (
        device(tmp_path, "scale", "--protocol", "yaohua-continuous", "--link", tmp_path / "tty") as scale,
        tty(tmp_path / "tty") as line,
    ):
        await line.until(lambda heard: heard.endswith(good))
        await scale.tell(garble=3)
        heard = await line.bytes(10 * len(good))
        assert heard.count(good) == 7


async def test_mute_scale_says_nothing_until_it_speaks_again(tmp_path: Path) -> None:
    async with (
        device(tmp_path, "scale", "--protocol", "mt-sics", "--link", tmp_path / "tty") as scale,
        tty(tmp_path / "tty") as line,
    ):
        await scale.tell(mute=True)
        line.say(b"I4\r\n")
        line.say(b"FOO\r\n")
        await scale.until(lambda status: status["frames"] == 2)
        await scale.tell(mute=False)
        line.say(b"SI\r\n")
        assert await line.until(lambda heard: heard.endswith(b"\n")) == b"S S       0.00 kg\r\n"


async def test_unplugged_scale_is_lost_and_comes_back_under_the_same_name(tmp_path: Path) -> None:
    link = tmp_path / "tty"
    async with device(tmp_path, "scale", "--protocol", "yaohua-continuous", "--link", link) as scale:
        async with tty(link) as line:
            await line.bytes(12)
            await scale.tell(unplug=True)
            await line.gone()
            assert not link.is_symlink()
            assert (await scale.tell(noise="00"))["error"] == "unplugged"
            await scale.tell(plug=True)
        async with tty(link) as line:
            assert yaohua_values(await line.bytes(36))


async def test_nothing_is_left_of_a_scale_that_was_told_to_end(tmp_path: Path) -> None:
    async with device(tmp_path, "scale", "--protocol", "mt-sics", "--link", tmp_path / "tty") as scale:
        assert (tmp_path / "tty").exists()
    assert scale.process.returncode == 0
    assert not any(os.scandir(tmp_path))


async def test_who_opens_late_hears_nothing_of_long_ago(tmp_path: Path) -> None:
    async with device(tmp_path, "scale", "--protocol", "yaohua-continuous", "--link", tmp_path / "tty") as scale:
        await scale.tell(put="50.00")
        await scale.told(shows="50.00")
        await scale.tell(put="10.00")
        await scale.told(shows="10.00")
        forgotten = (await scale.tell(status=True))["forgotten"]
        await scale.until(lambda status: status["forgotten"] >= forgotten + 1)
        async with tty(tmp_path / "tty") as line:
            values = yaohua_values(await line.until(lambda heard: len(heard) > 12 * 14))
            assert set(values) == {Decimal("10.00")}


async def test_mt_sics_answers_each_command_in_its_turn(tmp_path: Path) -> None:
    async with (
        device(tmp_path, "scale", "--protocol", "mt-sics", "--link", tmp_path / "tty") as scale,
        tty(tmp_path / "tty") as line,
    ):

        async def ask(command: bytes) -> bytes:
            line.say(command + b"\r\n")
            return await line.until(lambda heard: heard.endswith(b"\r\n"))

        assert await ask(b"SI") == b"S S       0.00 kg\r\n"
        assert await ask(b"si") == b"ES\r\n"
        assert await ask(b"S 5") == b"S L\r\n"
        assert (await ask(b"@")).startswith(b'I4 A "')
        await scale.tell(shake="0.1")
        assert (await ask(b"SI")).startswith(b"S D ")
        await scale.tell(shake="0")
        await scale.tell(put="1.20")
        await scale.told(shows="1.20")
        assert await ask(b"S") == b"S S       1.20 kg\r\n"
        assert await ask(b"T") == b"T S       1.20 kg\r\n"
        assert await ask(b"SI") == b"S S       0.00 kg\r\n"
        await scale.tell(lift=True)
        await scale.told(shows="-1.20")
        assert await ask(b"S") == b"S S      -1.20 kg\r\n"
        assert await ask(b"Z") == b"Z A\r\n"
        await scale.tell(put="61")
        await scale.told(shows="OL")
        assert await ask(b"S") == b"S +\r\n"
        await scale.tell(put="-1")
        await scale.told(shows="LO")
        assert await ask(b"SI") == b"S -\r\n"


async def test_mt_sics_repeats_until_the_next_command(tmp_path: Path) -> None:
    async with device(tmp_path, "scale", "--protocol", "mt-sics", "--link", tmp_path / "tty") as scale:
        async with tty(tmp_path / "tty") as line:
            line.say(b"SIR\r\n")
            await line.until(lambda heard: heard.count(b"\n") >= 3)
            line.say(b"@\r\n")
            await line.until(lambda heard: b"I4 A" in heard)
            line.say(b"FOO\r\n")
            assert (await line.until(lambda heard: heard.endswith(b"ES\r\n"))).count(b"S S") == 0
        assert scale.process.returncode is None


async def test_stable_command_on_a_shaking_floor_gives_way_to_the_next_command(tmp_path: Path) -> None:
    async with (
        device(tmp_path, "scale", "--protocol", "mt-sics", "--link", tmp_path / "tty") as scale,
        tty(tmp_path / "tty") as line,
    ):
        await scale.tell(shake="0.5")
        line.say(b"S\r\n")
        line.say(b"@\r\n")
        assert (await line.until(lambda heard: b"I4" in heard)).startswith(b"S I\r\n")


async def test_a_slow_line_takes_as_much_longer_as_its_baud_rate_says(tmp_path: Path) -> None:
    took = {}
    for baud in (600, 4800):
        link = tmp_path / f"tty{baud}"
        async with (
            device(tmp_path, "scale", "--protocol", "mt-sics", "--link", link, "--baud", str(baud)),
            tty(link) as line,
        ):
            start = monotonic()
            line.say(b"I4\r\n")
            await line.until(lambda heard: heard.endswith(b"\n"))
            took[baud] = monotonic() - start
    assert 3 < took[600] / took[4800] < 12
