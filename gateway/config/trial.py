"""Labels on trial: every label a station may print is drawn once, so that what cannot be printed is told before."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from gateway.config.across import House
from gateway.config.mistakes import Mistake, Words
from gateway.errors import LabelRefused
from gateway.gs1.private_uri import private_uri

if TYPE_CHECKING:
    from gateway.labels.template import Template
    from gateway.printing.printer import PrinterTable


_LONGEST_PRIVATE: Final = "261121000001"


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
    """Yield an ordinary label's fields in this house's words: each product, with the longest code of an area.

    What this house never says, the code of a facility it does not have or the last day of a product that has none, is
    missing here too.
    """
    from gateway.labels.fields import OF_GS1
    from gateway.labels.trial import SAMPLES

    site = house.tables.get("site")
    own = dict(SAMPLES[template.kind])
    if site is not None and site.gln is None and template.kind != "test":
        own = {name: text for name, text in own.items() if name not in OF_GS1}
        own["uri"] = private_uri(site.domain, "pallet" if "sscc" in own else "carton", _LONGEST_PRIVATE)
    elif site is not None:
        own["uri"] = own["uri"].replace("trace.example.org", site.domain)
    if site is not None and "facility" in own:
        own["facility"] = site.facility or ""
    if "area" in own and house.registers.area:
        own["area"] = max(house.registers.area, key=len)
    if "farm" in own and house.registers.farm:
        own["farm"] = max((farm.id for farm in house.registers.farm.values()), key=len)
    if "product" not in own or not house.registers.product:
        yield own
    for product in house.registers.product.values():
        if "product" in own:
            dated = {} if product.shelf_life_days or "best_before" not in own else {"best_before": ""}
            yield own | dated | {"product": product.name.vi}


def _draw(template: "Template", fields: Mapping[str, str], printer: "PrinterTable") -> None:
    from gateway.labels.preflight import inspect
    from gateway.labels.render import render  # Pillow: only where somebody checks, or prints

    if template.size(printer.dots_per_mm)[0] <= printer.head_dots:  # a wider one is a mistake already told
        inspect(render(template, fields, dots_per_mm=printer.dots_per_mm), dots_per_mm=printer.dots_per_mm)
