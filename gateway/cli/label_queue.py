"""`gateway label queue` and `cancel`: the labels that are not settled, and the one nobody wants any more."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import typer

from gateway.cli.asking import ask_gateway, print_answer
from gateway.cli.options import print_json
from gateway.journal import SLIP, PrintJob

_STATES: Final = {
    "queued": "đang chờ in / waiting",
    "sending": "đang in / on its way",
    "unknown": "chưa rõ đã ra chưa / asked about",
}


def show(config: Path, printer: str | None, *, as_json: bool) -> None:
    """Print the labels of one printer, or of all, the next one to print first.

    Raises:
        JournalError: There is no journal, or it cannot be read.
    """
    from gateway.config import data_directory
    from gateway.journal.labels import labels_waiting

    now = datetime.now(UTC)
    jobs = [job for job in labels_waiting(data_directory(config)) if printer is None or job.printer == printer]
    if as_json:
        print_json({"labels": [_row(job, now) for job in jobs]})
        return
    if not jobs:
        print("không có nhãn nào đang chờ / no label is waiting")
    for name, of_printer in groupby(sorted(jobs, key=lambda job: job.printer), key=lambda job: job.printer):
        print(f"{name}:")
        _print(list(of_printer), now)


def cancel(config: Path, job: str | None, *, reason: str, by: str, as_json: bool) -> None:
    """Ask the running gateway to print a label never; exit status 1 when it refuses.

    Raises:
        GatewayError: No gateway runs here.
    """
    if not job or not reason:
        raise typer.BadParameter("cần số việc và --reason / needs a job and --reason")
    said = ask_gateway(config, {"request": {"do": "cancel-label", "job": job, "reason": reason}, "by": by})
    if as_json:
        print_json(said)
    else:
        print_answer(said)
    if not said["ok"]:
        sys.exit(1)


def _print(jobs: Sequence[PrintJob], now: datetime) -> None:
    for place, job in enumerate(jobs, 1):
        again = " · IN LẠI" if job.reprint_of else ""
        print(
            f"  {place}. {_what(job)}{again} · {job.station or '-'} · {_STATES[job.state]} · {_age(now - job.asked_at)}"
        )
        print(f"     {job.job}")


def _row(job: PrintJob, now: datetime) -> dict[str, Any]:
    return {
        "job": job.job,
        "printer": job.printer,
        "station": job.station,
        "state": job.state,
        "kind": job.kind,
        "paper": job.paper,
        "template": job.template,
        "serial": job.serial,
        "reprint": job.reprint_of is not None,
        "asked_at": job.asked_at.isoformat(timespec="milliseconds"),
        "age_s": round((now - job.asked_at).total_seconds(), 1),
    }


def _what(job: PrintJob) -> str:
    if job.serial is not None:
        return f"{'pallet' if job.kind == 'pallet' else 'thùng / carton'} {job.serial}"
    if job.paper == SLIP:
        return "phiếu cân / weigh slip"
    return f"thẻ lô / lot tag {job.paper}".rstrip()


def _age(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    minutes = seconds // 60
    return f"{minutes} ph / min" if minutes < 120 else f"{minutes // 60} giờ / h"
