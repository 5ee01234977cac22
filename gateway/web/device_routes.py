"""What a technician asks for: the devices, the doctor's findings, the queue of labels and how each looks."""

import asyncio
import io
import json
from decimal import Decimal
from typing import Any, Final

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from gateway.errors import LabelRefused
from gateway.journal import PrintJob
from gateway.labels.boxes import Mark
from gateway.web.behind import Behind
from gateway.web.device_view import DeviceView

Json = dict[str, Any]

WAITING: Final = ("queued", "sending", "unknown")


def routes(behind: Behind) -> APIRouter:
    """Give the addresses of the devices and the labels."""
    router = APIRouter(tags=["devices"])
    view = DeviceView(behind)

    @router.get("/api/devices")
    async def devices() -> Json:
        """Give every device with its last value and frame, the printers, the uplink, the disk and the clock."""
        return view.all()

    @router.get("/api/doctor")
    async def doctor() -> Json:
        """Give what is wrong with the machine (disk, clock, certificates, ports, supply) and each cure: `findings`."""
        return await asyncio.to_thread(behind.examine)

    @router.get("/api/labels/queue")
    async def queue() -> list[Json]:
        """Give the labels that wait, are being sent, or are asked about; the oldest first."""
        return [_job(job) for job in await behind.journal.print_jobs(*WAITING)]

    @router.get("/api/labels/latest")
    async def latest() -> list[Json]:
        """Give the newest label of each station that its printer has had; those that wait are in the queue."""
        return [_job(job) for job in await behind.journal.latest_print_jobs() if job.state == "done"]

    @router.get("/api/labels/preview/{job}.png", response_class=Response)
    async def preview(job: str) -> Response:
        """Give a label as it will be, or was, printed: one pixel a dot."""
        found = await behind.journal.print_job(job)
        if found is None:
            raise HTTPException(404, f"no label {job}")
        entry = await behind.journal.entry(found.entry_id)
        template = behind.templates().get(found.template)
        printer = behind.printers().get(found.printer)
        if entry is None or entry.body is None or template is None:
            raise HTTPException(404, "its entry or its template is no longer there")
        try:
            dots = printer.dots_per_mm if printer else Decimal(8)
            picture = await asyncio.to_thread(_picture, entry.kind, entry.body, found, template, dots)
        except LabelRefused as refusal:
            raise HTTPException(422, str(refusal)) from None
        return Response(picture, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})

    return router


def _job(job: PrintJob) -> Json:
    return {
        "job": job.job,
        "kind": job.kind,
        "printer": job.printer,
        "template": job.template,
        "serial": job.serial,
        "station": job.station,
        "state": job.state,
        "reprint": job.reprint_of is not None,
        "asked_at": job.asked_at.isoformat(timespec="milliseconds"),
    }


def _picture(kind: str, body: bytes, job: PrintJob, template: Any, dots_per_mm: Decimal) -> bytes:
    from gateway.labels.fields import fields_of
    from gateway.labels.render import render

    fields = fields_of(kind, json.loads(body, parse_float=Decimal), job.paper)
    marks: tuple[Mark, ...] = ("reprint",) if job.reprint_of is not None else ()
    label = render(template, fields, marks=marks, dots_per_mm=dots_per_mm)
    out = io.BytesIO()
    label.picture.save(out, "PNG")
    return out.getvalue()
