"""From a journal entry to the bytes a printer takes: the work of the one worker thread."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal

from PIL import Image

from gateway.errors import LabelRefused
from gateway.labels.boxes import Mark
from gateway.labels.fields import LABELS_OF, fields_of
from gateway.labels.preflight import inspect
from gateway.labels.render import render
from gateway.labels.template import Template
from gateway.labels.trial import SAMPLES
from gateway.printing.printer import PrinterTable


def label_bytes(
    kind: str,
    body: bytes,
    template: Template,
    table: PrinterTable,
    *,
    marks: Collection[Mark] = (),
    paper: str = "",
) -> bytes:
    """Draw, check and encode a label of an entry; `paper` names which one, where there are several.

    Raises:
        LabelRefused: It cannot be drawn, does not read back as what it must say, or does not go through the head.
    """
    if template.kind not in LABELS_OF.get(kind, ()):
        raise LabelRefused(f"the template is for a {template.kind}, the entry is a {kind}")
    return of_fields(fields_of(kind, json.loads(body, parse_float=Decimal), paper), template, table, marks)


def of_fields(
    fields: Mapping[str, str], template: Template, table: PrinterTable, marks: Collection[Mark] = ()
) -> bytes:
    """Draw, check and encode a label that belongs to no entry.

    Raises:
        LabelRefused: As above.
    """
    label = render(template, fields, marks=marks, dots_per_mm=table.dots_per_mm)
    inspect(label, dots_per_mm=table.dots_per_mm)
    return _encoder(table)(label.picture, table)


def warm(table: PrinterTable, templates: Iterable[Template]) -> None:
    """Draw an ordinary label of each template and throw it away, so that no worker waits for fonts and first times."""
    _encoder(table)
    for template in templates:
        try:
            of_fields(SAMPLES[template.kind], template, table)
        except LabelRefused:
            continue  # what is wrong is said of the label it is wrong with


def _encoder(table: PrinterTable) -> Callable[[Image.Image, PrinterTable], bytes]:
    """Give the encoder of the printer's language; only languages in use are loaded (python-escpos takes a while)."""
    return {"tspl": _tspl, "escpos": _escpos, "zpl": _zpl}[table.language]()


def _tspl() -> Callable[[Image.Image, PrinterTable], bytes]:
    from gateway.labels import tspl

    return lambda picture, table: tspl.encode(
        picture,
        head_dots=table.head_dots,
        dots_per_mm=table.dots_per_mm,
        gap_mm=table.gap_mm,
        direction=table.direction,
        density=table.density,
        speed=table.speed,
    )


def _escpos() -> Callable[[Image.Image, PrinterTable], bytes]:
    from gateway.labels import escpos

    return lambda picture, table: escpos.encode(
        picture,
        head_dots=table.head_dots,
        dots_per_mm=table.dots_per_mm,
        feed_mm=table.feed_mm,
        cut=table.cut,
    )


def _zpl() -> Callable[[Image.Image, PrinterTable], bytes]:
    from gateway.labels import zpl

    return lambda picture, table: zpl.encode(
        picture,
        head_dots=table.head_dots,
        direction=table.direction,
        density=table.density,
        speed=table.speed,
        compressed=table.compressed,
    )
