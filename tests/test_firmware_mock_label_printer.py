"""The simulated label printers: bytes written by hand become the picture they were made from, and codes are read."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import zxingcpp
from firmware_mock_devices import HANG_GUARD_S, Device, device
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from firmware_mock.printers.condition import Condition
from firmware_mock.printers.escpos import EscPos
from firmware_mock.printers.paper import Fence, Label, Outcome, Picture, Query, Reader
from firmware_mock.printers.prints import image, keep
from firmware_mock.printers.tspl import Tspl
from firmware_mock.printers.zpl import Zpl

CODE = "https://id.example.vn/01/09521234000012/10/H261121-0001/21/261121000001"
WIDTH, ROWS = 384, 240


def drawn(code: str = CODE) -> Picture:
    """A label with a QR code, as dots."""
    seen = Image.new("L", (WIDTH, ROWS), 255)
    matrix = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4, add_quiet_zones=False)
    symbol = Image.fromarray(matrix) if not isinstance(matrix, Image.Image) else matrix
    seen.paste(symbol, (24, 24))
    black = seen.point(lambda level: 255 if level < 128 else 0).convert("1").tobytes()
    size = WIDTH // 8
    return Picture(WIDTH, tuple(int.from_bytes(black[at : at + size], "big") for at in range(0, len(black), size)))


PICTURE = drawn()


def escpos(picture: Picture = PICTURE, *, strip: int = 128, cut: bytes = b"\x1dVB\x00") -> bytes:
    """ESC/POS by hand: strips, a feed, a cut."""
    size, packed = picture.width // 8, picture.packed()
    job = b"\x1b@"
    for first in range(0, len(picture.rows), strip):
        rows = min(strip, len(picture.rows) - first)
        job += b"\x1dv0\x00" + size.to_bytes(2, "little") + rows.to_bytes(2, "little")
        job += packed[first * size : (first + rows) * size]
    return job + b"\x1bJ\x18" + cut


def tspl(picture: Picture = PICTURE, *, setup: str = "DIRECTION 1", mode: int = 0, copies: int = 1) -> bytes:
    """TSPL by hand: in its pictures 0 burns."""
    inverted = bytes(byte ^ 0xFF for byte in picture.packed())
    head = (
        f"SIZE {picture.width / 8:g} mm,{len(picture.rows) / 8:g} mm\r\nGAP 2 mm,0 mm\r\n{setup}\r\nSPEED 3\r\nCLS\r\n"
    )
    bitmap = f"BITMAP 0,0,{picture.width // 8},{len(picture.rows)},{mode},".encode()
    return head.encode() + bitmap + inverted + f"\r\nPRINT 1,{copies}\r\n".encode()


def zpl(picture: Picture = PICTURE, *, turned: str = "N", data: str | None = None) -> bytes:
    """ZPL by hand: letters, 1 burns."""
    packed = picture.packed()
    text = packed.hex().upper() if data is None else data
    size = f"{len(packed)},{len(packed)},{picture.width // 8}"
    return (
        f"^XA^PW{picture.width}^LL{len(picture.rows)}^LH0,0^PO{turned}^FO0,0^GFA,{size},{text}^FS^PQ1^XZ\r\n"
    ).encode()


def read(reader: Reader, *portions: bytes) -> list[Outcome]:
    return [outcome for portion in portions for outcome in reader.feed(portion)]


def labels(outcomes: list[Outcome]) -> list[Label]:
    return [outcome for outcome in outcomes if isinstance(outcome, Label)]


def portions(data: bytes, seed: int) -> Iterator[bytes]:
    chance, at = random.Random(seed), 0
    while at < len(data):
        size = chance.choice((1, 2, 7, 100, 4096))
        yield data[at : at + size]
        at += size


@pytest.mark.parametrize("seed", range(8))
def test_tspl_gives_the_picture_that_was_drawn_in_whatever_portions_it_comes(seed: int) -> None:
    job = tspl() + b"\x1b!?" + tspl(drawn("OP-07"))
    outcomes = read(Tspl(832), *portions(job, seed))
    first, second = labels(outcomes)
    assert first == Label(tspl(), PICTURE)
    assert second == Label(tspl(drawn("OP-07")), drawn("OP-07"))
    assert outcomes.count(Query.TSPL_STATUS) == 1


@pytest.mark.parametrize("seed", range(8))
def test_escpos_gives_the_picture_that_was_drawn_in_whatever_portions_it_comes(seed: int) -> None:
    job = b"\x10\x04\x02" + escpos() + b"\x1dr\x01" + escpos(drawn("OP-07"), strip=50)
    outcomes = read(EscPos(WIDTH), *portions(job, seed))
    first, second = labels(outcomes)
    assert first.raw == escpos()
    assert first.picture.rows == PICTURE.rows + (0,) * 24
    assert second.picture.rows == drawn("OP-07").rows + (0,) * 24
    assert not first.torn
    assert not second.torn
    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, Query)] == [Label, Fence, Label]


@pytest.mark.parametrize("seed", range(8))
def test_zpl_gives_the_picture_that_was_drawn_in_whatever_portions_it_comes(seed: int) -> None:
    job = zpl() + b"~HS" + zpl(drawn("OP-07"))
    outcomes = read(Zpl(832), *portions(job, seed))
    first, second = labels(outcomes)
    assert (first.picture, second.picture) == (PICTURE, drawn("OP-07"))
    assert outcomes.count(Query.ZPL_STATUS) == 1


def test_zpl_is_turned_on_demand_and_a_spoilt_picture_is_left_out() -> None:
    (turned,) = labels(read(Zpl(832), zpl(turned="I")))
    assert turned.picture == PICTURE.turned()
    (blank,) = labels(read(Zpl(832), zpl(data=":Z64:eJwDAAAAAAE=:0000")))
    assert set(blank.picture.rows) == {0}


def test_a_zpl_job_cut_short_leaves_no_paper() -> None:
    reader = Zpl(832)
    assert read(reader, zpl()[:4000]) == []
    (torn,) = reader.end()
    assert torn.torn
    assert torn.picture is None


def test_raw_bytes_of_a_tspl_picture_are_counted_and_not_read() -> None:
    lines = b"\r\nPRINT 1,1\r\n\x1b!?\r\nCLS\r\n".ljust(48 * 2, b"\xff")
    rows = tuple(int.from_bytes(lines[at : at + 48], "big") ^ (1 << 384) - 1 for at in (0, 48))
    outcomes = read(Tspl(832), b"SIZE 48 mm,0.25 mm\r\nCLS\r\nBITMAP 0,0,48,2,0," + lines + b"\r\nPRINT 1\r\n")
    assert [label.picture for label in labels(outcomes)] == [Picture(384, rows)]
    assert len(outcomes) == 1


def test_tspl_lays_a_picture_where_it_is_told_and_loses_what_is_beyond_the_label() -> None:
    job = b"SIZE 2 mm,1 mm\r\nREFERENCE 2,1\r\nCLS\r\nBITMAP 3,0,1,2,0,\x00\x7f\r\nPRINT 1,1\r\n"
    (label,) = labels(read(Tspl(832), job))
    assert label.picture.rows == (0, 0xFF << 3, 1 << 10, 0, 0, 0, 0, 0)
    beyond = b"SIZE 2 mm,1 mm\r\nREFERENCE 0,0\r\nCLS\r\nBITMAP 12,7,1,2,0,\x00\x00\r\nPRINT 1,1\r\n"
    (label,) = labels(read(Tspl(832), beyond))
    assert label.picture.rows == (0, 0, 0, 0, 0, 0, 0, 0x0F)


def test_tspl_modes_overwrite_or_and_xor() -> None:
    two = "SIZE 1 mm,0.125 mm\r\nCLS\r\nBITMAP 0,0,1,1,0,{}BITMAP 0,0,1,1,{},{}\r\nPRINT 1,1\r\n"
    burnt = {
        mode: labels(read(Tspl(832), two.format("\x0f", mode, "\x3c").encode("latin-1")))[0].picture.rows
        for mode in (0, 1, 2)
    }
    assert burnt == {0: (0xC3,), 1: (0xF3,), 2: (0x33,)}


def test_tspl_direction_turns_the_label_unless_the_roll_is_loaded_that_way() -> None:
    (turned,) = labels(read(Tspl(832), tspl(setup="DIRECTION 0")))
    assert turned.picture == PICTURE.turned()
    assert turned.picture.turned() == PICTURE
    (upright,) = labels(read(Tspl(832, upright=0), tspl(setup="DIRECTION 0,0")))
    assert upright.picture == PICTURE


def test_a_label_wider_than_the_head_loses_its_right_edge() -> None:
    (label,) = labels(read(Tspl(200), tspl()))
    assert label.picture == Picture(200, tuple(row >> 184 for row in PICTURE.rows))
    (label,) = labels(read(EscPos(200), escpos()))
    assert label.picture.rows[:240] == tuple(row >> 184 for row in PICTURE.rows)


def test_copies_come_out_as_often_as_told() -> None:
    assert [label.picture for label in labels(read(Tspl(832), tspl(copies=3)))] == [PICTURE] * 3


def test_wrong_polarity_is_a_black_label() -> None:
    job = tspl(Picture(WIDTH, tuple(row ^ (1 << WIDTH) - 1 for row in PICTURE.rows)))
    (label,) = labels(read(Tspl(832), job))
    assert sum(row.bit_count() for row in label.picture.rows) > WIDTH * ROWS * 0.8


@pytest.mark.parametrize("part", [0.02, 0.3, 0.7, 0.999])
def test_a_tspl_job_cut_short_leaves_no_paper_and_the_next_one_is_whole(part: float) -> None:
    reader = Tspl(832)
    job = tspl()[:-2]
    cut = job[: round(len(job) * part)]
    assert read(reader, cut) == []
    assert list(reader.end()) == [Label(cut, None, torn=True)]
    assert read(reader, tspl()) == [Label(tspl(), PICTURE)]
    assert list(reader.end()) == []


@pytest.mark.parametrize("rows", [1, 100, 128, 200])
def test_an_escpos_job_cut_short_comes_out_as_far_as_it_was_received(rows: int) -> None:
    reader = EscPos(WIDTH)
    upto = 2 + 8 * (1 + (rows > 128)) + rows * WIDTH // 8
    assert read(reader, escpos()[: upto + 5]) == []
    (torn,) = reader.end()
    assert torn.torn
    assert torn.picture.rows == PICTURE.rows[:rows]
    (whole,) = labels(read(reader, escpos()))
    assert whole.picture.rows[:ROWS] == PICTURE.rows


def test_escpos_without_a_cutter_ends_a_label_by_its_feed_and_the_connection() -> None:
    reader = EscPos(WIDTH)
    assert read(reader, escpos(cut=b"")) == []
    (label,) = reader.end()
    assert not label.torn
    assert label.picture.rows[:ROWS] == PICTURE.rows


def test_escpos_without_a_cutter_ends_a_label_by_the_next_one() -> None:
    reader = EscPos(WIDTH)
    (first,) = labels(read(reader, escpos(cut=b"") + escpos(cut=b"")[:100]))
    assert first.raw == escpos(cut=b"")
    assert not first.torn


def test_escpos_query_inside_a_picture_is_answered_all_the_same() -> None:
    picture = Picture(24, (0x100401, 0x100402))
    outcomes = read(EscPos(24), escpos(picture))
    assert outcomes[:2] == [Query.ESCPOS_PRINTER, Query.ESCPOS_OFFLINE]
    assert labels(outcomes)[0].picture.rows[:2] == picture.rows


def test_escpos_process_id_comes_back_behind_the_label() -> None:
    outcomes = read(EscPos(WIDTH), escpos() + b"\x1d(H\x06\x0000A7Z9")
    assert outcomes[1:] == [Fence("GS ( H", b"\x37\x22A7Z9\x00")]


def test_letters_where_a_picture_was_expected_are_counted() -> None:
    (label,) = labels(read(EscPos(WIDTH), escpos()))
    assert label.stray == 0
    job = escpos(cut=b"") + b"\x1ba\x01overrun\n" + b"\x1dV\x00"
    (label,) = labels(read(EscPos(WIDTH), job))
    assert label.stray == 7


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_no_bytes_break_a_reader(garbage: list[bytes]) -> None:
    for reader in (Tspl(64), EscPos(64)):
        read(reader, *garbage)
        list(reader.end())
        assert list(reader.end()) == []


@pytest.mark.parametrize(
    ("condition", "query", "answer"),
    [
        (Condition(), Query.TSPL_STATUS, "00"),
        (Condition(cover_open=True, paper_out=True), Query.TSPL_STATUS, "05"),
        (Condition(printing=True), Query.TSPL_STATUS, "20"),
        (Condition(paused=True), Query.TSPL_STATUS, "10"),
        (Condition(), Query.TSPL_FULL_STATUS, "02 40 40 40 40 03 0D 0A"),
        (Condition(paper_out=True), Query.TSPL_FULL_STATUS, "02 45 40 40 41 03 0D 0A"),
        (Condition(cover_open=True), Query.TSPL_FULL_STATUS, "02 45 40 40 60 03 0D 0A"),
        (Condition(paper_out=True), Query.ZPL_STATUS, ""),
        (Condition(), Query.ESCPOS_PRINTER, "12"),
        (Condition(paper_out=True), Query.ESCPOS_PRINTER, "1A"),
        (Condition(cover_open=True), Query.ESCPOS_OFFLINE, "16"),
        (Condition(paper_out=True), Query.ESCPOS_OFFLINE, "32"),
        (Condition(overheated=True), Query.ESCPOS_ERROR, "52"),
        (Condition(paper_low=True), Query.ESCPOS_PAPER, "1E"),
        (Condition(paper_out=True), Query.ESCPOS_PAPER, "7E"),
    ],
)
def test_status_is_told_in_the_bits_of_the_manual(condition: Condition, query: Query, answer: str) -> None:
    assert condition.answer(query) == bytes.fromhex(answer)


def test_labels_of_two_printers_in_one_directory_never_share_a_number(tmp_path: Path) -> None:
    (tmp_path / "0003.bin").touch()
    numbers = [keep(tmp_path, b"x", PICTURE).number for _ in range(3)]
    assert numbers == [4, 5, 6]
    kept = keep(tmp_path, tspl(), PICTURE)
    assert kept.codes == (CODE,)
    assert kept.raw.read_bytes() == tspl()
    with Image.open(kept.png) as png:
        assert png.mode == "1"
        assert png.convert("L").tobytes() == image(PICTURE).tobytes()


# ---- the process


@asynccontextmanager
async def printer(directory: Path, language: str, *options: str) -> AsyncIterator[Device]:
    arguments = ("label_printer", "--language", language, "--prints", directory / "prints", "--mm-per-s", "1000")
    async with device(directory, *arguments, *options) as machine:
        yield machine


class Client:
    """A connection to the printer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        async with asyncio.timeout(HANG_GUARD_S):
            await self.writer.drain()

    async def hear(self, count: int = 1) -> bytes:
        async with asyncio.timeout(HANG_GUARD_S):
            return await self._reader.readexactly(count)

    async def lost(self) -> None:
        async with asyncio.timeout(HANG_GUARD_S):
            with pytest.raises(ConnectionResetError):
                await self._reader.read()


@asynccontextmanager
async def connected(machine: Device) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", machine.ready["listening"])
    try:
        yield Client(reader, writer)
    finally:
        writer.close()


@pytest.mark.parametrize(("language", "job"), [("tspl", tspl()), ("escpos", escpos())])
async def test_a_label_comes_out_as_a_picture_whose_code_is_told(tmp_path: Path, language: str, job: bytes) -> None:
    async with printer(tmp_path, language, "--head-dots", str(WIDTH)) as machine, connected(machine) as client:
        await client.send(job)
        label = (await machine.told("label"))["label"]
        assert label["n"] == 1
        assert label["codes"] == [CODE]
        with open(label["bin"], "rb") as raw:  # noqa: ASYNC230 (a few kB)
            assert raw.read() == job
        with Image.open(label["png"]) as png:
            assert png.crop((0, 0, WIDTH, ROWS)).convert("L").tobytes() == image(PICTURE).tobytes()


async def test_tspl_status_is_answered_before_during_and_after(tmp_path: Path) -> None:
    async with printer(tmp_path, "tspl", "--mm-per-s", "20") as machine, connected(machine) as client:
        await client.send(b"\x1b!?")
        assert await client.hear() == b"\x00"
        await client.send(tspl())
        await machine.told("printing")
        await client.send(b"\x1b!?")
        assert await client.hear() == b"\x20"
        await machine.told("label")
        await client.send(b"\x1b!?\x1b!S")
        assert await client.hear(9) == b"\x00\x02@@@@\x03\r\n"


async def test_paper_out_keeps_the_label_until_there_is_paper(tmp_path: Path) -> None:
    async with printer(tmp_path, "tspl") as machine:
        await machine.tell(paper_out=True)
        async with connected(machine) as client:
            await client.send(tspl() + b"\x1b!?")
            assert await client.hear() == b"\x04"
        status = await machine.until(lambda status: status["waiting"] and not status["connected"])
        assert status["printed"] == 0
        await machine.tell(paper_out=False)
        assert (await machine.told("label"))["label"]["codes"] == [CODE]


async def test_escpos_offline_answers_at_once_what_is_wrong_and_in_its_turn_nothing(tmp_path: Path) -> None:
    async with printer(tmp_path, "escpos") as machine, connected(machine) as client:
        await client.send(escpos() + b"\x1dr\x01")
        assert await client.hear() == b"\x00"
        await machine.tell(cover_open=True)
        await client.send(escpos() + b"\x1dr\x01" + b"\x10\x04\x02")
        assert await client.hear() == b"\x16"
        await machine.tell(cover_open=False)
        assert await client.hear() == b"\x00"
        assert (await machine.tell(status=True))["printed"] == 2


async def test_process_id_says_that_the_label_is_out_except_on_clones(tmp_path: Path) -> None:
    fence = b"\x1d(H\x06\x00000001"
    async with printer(tmp_path, "escpos") as machine, connected(machine) as client:
        await client.send(escpos() + fence)
        assert await client.hear(7) == b"\x37\x220001\x00"
        assert (await machine.tell(status=True))["printed"] == 1
    async with printer(tmp_path, "escpos", "--answers", "status") as machine, connected(machine) as client:
        await client.send(escpos() + fence + b"\x1dr\x01")
        assert await client.hear() == b"\x00"
    async with printer(tmp_path, "escpos", "--answers", "none") as machine, connected(machine) as client:
        await client.send(b"\x10\x04\x01" + escpos() + fence)
        await machine.told("label")
        await machine.tell(say="14")
        assert await client.hear() == b"\x14"


@pytest.mark.parametrize(("language", "job"), [("tspl", tspl()), ("escpos", escpos())])
async def test_a_connection_cut_in_the_middle_of_a_label_is_told_as_torn(
    tmp_path: Path, language: str, job: bytes
) -> None:
    async with printer(tmp_path, language) as machine:
        await machine.tell(disconnect_after=4000)
        async with connected(machine) as client:
            await client.send(job)
            await client.lost()
        torn = (await machine.told("torn"))["torn"]
        assert torn["bytes"] == 4000
        assert torn["codes"] == []
        assert (torn["png"] is None) is (language == "tspl")
        async with connected(machine) as client:
            await client.send(job)
            assert (await machine.told("label"))["label"]["codes"] == [CODE]


async def test_a_second_client_connects_and_waits_for_the_first_to_leave(tmp_path: Path) -> None:
    async with printer(tmp_path, "tspl") as machine, AsyncExitStack() as second:
        async with connected(machine) as first:
            await first.send(b"\x1b!?")
            await first.hear()
            waiting = await second.enter_async_context(connected(machine))
            await waiting.send(b"\x1b!?")
            answered = asyncio.create_task(waiting.hear())
            await first.send(b"\x1b!?")
            await first.hear()
            assert not answered.done()
        assert await answered == b"\x00"


async def test_a_stalled_printer_takes_no_more_and_prints_all_when_it_goes_on(tmp_path: Path) -> None:
    async with printer(tmp_path, "tspl") as machine, connected(machine) as client:
        await client.send(b"\x1b!?")
        await client.hear()
        await machine.tell(stall=True)
        client.writer.write(tspl() * 2)
        client.writer.write(b"\x1b!?")
        assert (await machine.tell(status=True))["waiting"] == 0
        await machine.tell(stall=False)
        await client.hear()
        await machine.told("label")
        await machine.told("label")


async def test_a_full_buffer_stops_the_sender(tmp_path: Path) -> None:
    async with printer(tmp_path, "tspl", "--buffer", "20000") as machine, connected(machine) as client:
        await machine.tell(paper_out=True)
        client.writer.write(tspl() * 5)
        await machine.until(lambda status: status["waiting"] == 2)
        await machine.tell(paper_out=False)
        await machine.until(lambda status: status["printed"] == 5)


async def test_power_cut_loses_what_was_not_out_and_the_port_comes_back(tmp_path: Path) -> None:
    async with printer(tmp_path, "tspl") as machine:
        await machine.tell(cover_open=True)
        async with connected(machine) as client:
            await client.send(tspl() + b"\x1b!?")
            await client.hear()
            await machine.tell(power=False)
            await client.lost()
        assert await machine.told("lost") == {"lost": 1}
        with pytest.raises(ConnectionRefusedError):
            async with connected(machine):
                pass
        await machine.tell(cover_open=False)
        await machine.tell(power=True)
        await machine.until(lambda status: status["powered"])
        async with connected(machine) as client:
            await client.send(tspl(drawn("OP-07")))
            assert (await machine.told("label"))["label"]["codes"] == ["OP-07"]


async def test_two_printers_share_the_numbers_of_one_directory(tmp_path: Path) -> None:
    async with printer(tmp_path, "tspl") as left, printer(tmp_path, "escpos") as right:
        async with connected(left) as one, connected(right) as two:
            for _ in range(3):
                await asyncio.gather(one.send(tspl()), two.send(escpos()))
            for machine in (left, right):
                await machine.until(lambda status: status["printed"] == 3)
        assert sorted(path.name for path in (tmp_path / "prints").glob("*.png")) == [f"000{n}.png" for n in range(1, 7)]


async def test_a_late_answer_comes_late_and_a_second_client_can_be_refused(tmp_path: Path) -> None:
    async with printer(tmp_path, "zpl") as machine:
        await machine.tell(refuse_second=True)
        async with connected(machine) as first:
            await first.send(b"~HS")
            assert (await first.hear()).startswith(b"\x02")
            with pytest.raises(ConnectionResetError):  # on connecting, or at the first word
                async with connected(machine) as second:
                    await second.hear()
            await machine.tell(late="0.3")
            await first.send(b"~HS")
            await first.hear(70)
        await machine.until(lambda status: not status["connected"])
        async with connected(machine) as next_one:
            await next_one.send(zpl())
            assert (await machine.told("label"))["label"]["codes"] == [CODE]
