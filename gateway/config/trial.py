"""Labels on trial: every label a station may print is drawn once, so that what cannot be printed is told before."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from gateway.config.across import House
from gateway.config.mistakes import Mistake, Words
from gateway.errors import LabelRefused

if TYPE_CHECKING:
    from gateway.labels.template import Template
    from gateway.printing.printer import PrinterTable


def tried(house: House) -> Iterator[Mistake]:
    """Draw the labels of every station with the names, codes and the domain of this house; tell what does not fit.

    Registers of products and areas give the longest words a label will have to hold.
    """
    for name, station in house.named("station").items():
        yield from _paper(house, ("station", name, "label"), station.label, station.printer)
        yield from _paper(house, ("station", name, "slip_label"), station.slip_label, station.slip_printer)


def _paper(house: House, key: tuple[str, ...], label: str | None, at: str | None) -> Iterator[Mistake]:
    template, printer = house.templates.get(label or ""), house.named("printer").get(at or "")
    if template is not None and printer is not None:
        said = set()
        for fields in _fields(house, template):
            try:
                _draw(template, fields, printer)
            except LabelRefused as refusal:
                said.add(str(refusal))
        for why in sorted(said):
            from gateway.labels.words import in_vietnamese

            yield house.document.mistake(key, Words(in_vietnamese(why), why))


def _fields(house: House, template: "Template") -> Iterator[Mapping[str, str]]:
    """Yield an ordinary label's fields in this house's words: each product, with the longest code of an area."""
    from gateway.labels.trial import SAMPLES

    site = house.tables.get("site")
    own = dict(SAMPLES[template.kind])
    if site is not None:
        own["uri"] = own["uri"].replace("trace.example.org", site.domain)
    if "area" in own and house.registers.area:
        own["area"] = max(house.registers.area, key=len)
    if "farm" in own and house.registers.farm:
        own["farm"] = max((farm.id for farm in house.registers.farm.values()), key=len)
    yield own
    for product in house.registers.product.values():
        if "product" in own:
            yield own | {"product": product.name.vi}


def _draw(template: "Template", fields: Mapping[str, str], printer: "PrinterTable") -> None:
    from gateway.labels.render import render  # Pillow: only where somebody checks, or prints

    if template.size(printer.dots_per_mm)[0] <= printer.head_dots:  # a wider one is a mistake already told
        render(template, fields, dots_per_mm=printer.dots_per_mm)
