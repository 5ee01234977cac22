"""What printers say about themselves: every answer of the two languages, and silence."""

import pytest

from gateway.printing.status import (
    PrinterStatus,
    answers,
    asks_for_process,
    escpos_status,
    process_answer,
    process_id,
    tspl_letters,
    tspl_status,
    zpl_status,
)


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        (0x00, "ready"),
        (0x20, "busy"),
        (0x04, "paper_out"),
        (0x24, "paper_out"),
        (0x01, "cover_open"),
        (0x40, "cover_open"),
        (0x05, "cover_open"),
        (0x02, "error"),
        (0x08, "error"),
        (0x10, "error"),
        (0x80, "error"),
        (0xA0, "error"),
        (None, "unknown"),
    ],
)
def test_tspl_flags(flags: int | None, status: str) -> None:
    assert tspl_status(flags) == status


@pytest.mark.parametrize(
    ("printer", "cause", "paper", "status"),
    [
        (0x12, None, 0x12, "ready"),
        (0x16, None, 0x12, "ready"),  # bit 2: the drawer's pin, nothing to us
        (0x12, None, None, "ready"),
        (0x12, None, 0x1E, "paper_low"),
        (0x12, None, 0x7E, "paper_out"),
        (0x1A, 0x16, 0x12, "cover_open"),
        (0x1A, 0x32, 0x12, "paper_out"),
        (0x1A, 0x12, 0x72, "paper_out"),
        (0x1A, None, 0x72, "paper_out"),
        (0x1A, 0x1A, 0x12, "busy"),
        (0x1A, 0x12, 0x12, "busy"),
        (0x1A, 0x52, 0x12, "error"),
        (0x1A, None, None, "error"),
        (None, None, None, "unknown"),
        (None, None, 0x12, "unknown"),
    ],
)
def test_escpos_answers(printer: int | None, cause: int | None, paper: int | None, status: str) -> None:
    assert escpos_status(printer, cause, paper) == status


@pytest.mark.parametrize(
    ("received", "sorted_out"),
    [
        (b"\x12", [("real-time", 0x12)]),
        (b"\x00", [("in order", 0x00)]),
        (b"\x0c", [("in order", 0x0C)]),
        (b"\x11\x13", []),
        (b"\x10\x00\x00\x00", []),
        (b"\x10\x00\x00\x00\x12\x00", [("real-time", 0x12), ("in order", 0x00)]),
        (b"\x13\x1a\x11", [("real-time", 0x1A)]),
        (b"\x14\x00", []),
    ],
)
def test_what_an_escpos_printer_says_unasked_is_passed_over(received: bytes, sorted_out: list[tuple[str, int]]) -> None:
    assert list(answers(received)) == sorted_out


def test_only_ready_and_paper_low_print() -> None:
    assert [status for status in PrinterStatus if status.prints] == ["ready", "paper_low"]


@pytest.mark.parametrize(
    ("letters", "status"),
    [
        ("@@@@", "ready"),
        ("@A@@", "paper_low"),
        ("P@@@", "busy"),
        ("W@@@", "busy"),
        ("C@@@", "busy"),
        ("E@@A", "paper_out"),
        ("E@@`", "cover_open"),
        ("E@@B", "error"),
        ("E@@D", "error"),
        ("E@A@", "error"),
        ("`@@@", "error"),
        ("L@@@", "error"),
        ("K@@@", "error"),
    ],
)
def test_tspl_letters(letters: str, status: str) -> None:
    assert tspl_letters(b"\x02" + letters.encode() + b"\x03\r\n") == status


@pytest.mark.parametrize("heard", [b"", b"\x00", b"\x02@@@@", b"\x02@@@\x03\r\n", b"@@@@\x03\r\n", bytes(range(256))])
def test_half_an_answer_in_letters_is_none(heard: bytes) -> None:
    assert tspl_letters(heard) is None


def test_the_last_answer_in_letters_counts() -> None:
    assert tspl_letters(b"\x02E@@A\x03\r\n" + b"\x02@@@@\x03\r\n") == "ready"


def zpl(first: str, second: str, third: str = "1234,0") -> bytes:
    return b"".join(b"\x02" + line.encode() + b"\x03\r\n" for line in (first, second, third))


READY_1, READY_2 = "030,0,0,1245,000,0,0,0,000,0,0,0", "000,0,0,0,0,2,4,0,00000000,1,000"


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        (READY_1, READY_2, "ready"),
        ("030,1,0,1245,000,0,0,0,000,0,0,0", READY_2, "paper_out"),
        ("030,0,1,1245,000,0,0,0,000,0,0,0", READY_2, "error"),  # pause
        ("030,0,0,1245,001,0,0,0,000,0,0,0", READY_2, "busy"),  # a format waits
        ("030,0,0,1245,000,1,0,0,000,0,0,0", READY_2, "error"),  # buffer full
        ("030,0,0,1245,000,0,0,1,000,0,0,0", READY_2, "busy"),  # half a format
        ("030,0,0,1245,000,0,0,0,000,0,0,1", READY_2, "error"),  # too hot
        (READY_1, "000,0,1,0,0,2,4,0,00000000,1,000", "cover_open"),
        (READY_1, "000,0,0,1,0,2,4,0,00000000,1,000", "error"),  # ribbon
        (READY_1, "000,0,0,0,0,2,4,1,00000000,1,000", "busy"),  # label to be taken
        (READY_1, "000,0,0,0,0,2,4,0,00000001,1,000", "busy"),  # one of the batch remains
        ("030,0", READY_2, None),
        (READY_1, "000", None),
        ("030,0,0,1245,x,0,0,0,000,0,0,0", READY_2, None),
    ],
)
def test_zpl_lines(first: str, second: str, status: str | None) -> None:
    assert zpl_status(zpl(first, second)) == status


def test_half_of_three_lines_is_no_answer() -> None:
    whole = zpl(READY_1, READY_2)
    assert [zpl_status(whole[:end]) for end in range(len(whole))] == [None] * len(whole)


def test_a_process_id_comes_back_as_it_was_sent() -> None:
    assert process_id(7) == b"0007"
    assert process_id(123_456) == b"3456"
    assert asks_for_process(b"0007") == bytes.fromhex("1D 28 48 06 00 30 30 30 30 30 37")
    assert process_answer(b"0007") == bytes.fromhex("37 22 30 30 30 37 00")
