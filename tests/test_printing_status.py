"""What printers say about themselves: every answer of the two languages, and silence."""

import pytest

from gateway.printing.status import PrinterStatus, answers, escpos_status, tspl_status


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
