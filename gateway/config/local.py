"""The registers that lie beside the config file, `local/*.toml`, read into one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gateway.config import words
from gateway.config.document import Document, read
from gateway.config.mistakes import Mistake, Words, did_you_mean
from gateway.config.refused import refusals
from gateway.gs1.identifiers import check_digit
from gateway.registers import Registers

_FARM_REGISTERS = (("area", Words("vùng trồng", "growing area")), ("product", Words("sản phẩm", "product")))


def read_registers(directory: Path, *, member: bool | None = True) -> tuple[Registers, list[Mistake]]:
    """Read every file of a directory; with mistakes, the registers hold what is sound and the mistakes say the rest.

    Tables of different files are united; the version is the highest that any of them states. `member` says whether
    the house is one of GS1's, so that its products need GTINs; None when that cannot be told.
    """
    documents = [read(path, f"{directory.name}/{path.name}") for path in sorted(directory.glob("*.toml"))]
    mistakes = [mistake for document in documents for mistake in document.mistakes]
    whole: dict[str, Any] = {}
    homes: dict[tuple[str | int, ...], Document] = {}
    for document in documents:
        mistakes += _unite(document, whole, homes)
    try:
        registers = Registers.model_validate(whole)
    except ValidationError as error:
        for path, what in refusals(Registers, whole, error):
            mistakes.append(homes[path[:2]].mistake(path, what))
            whole[str(path[0])].pop(path[1], None)
        registers = Registers.model_validate(whole)
    mistakes += (
        homes[path[:2]].mistake(path, what, notice=notice) for path, what, notice in _unsound(registers, whole, member)
    )
    return registers, mistakes


def _unite(
    document: Document, whole: dict[str, Any], homes: dict[tuple[str | int, ...], Document]
) -> Iterator[Mistake]:
    for table, own in document.data.items():
        if table == "version" and isinstance(own, str):
            whole["version"] = max(own, whole.get("version", ""))
        elif table not in Registers.model_fields or table == "version":
            known = Registers.model_fields
            yield document.mistake((table,), words.UNKNOWN_KEY + did_you_mean(table, known))
        elif not isinstance(own, dict):
            yield document.mistake((table,), words.not_a_table(own))
        else:
            for name, row in own.items():
                if name in whole.setdefault(table, {}):
                    other = homes[table, name]
                    yield document.mistake((table, name), words.set_in(other.name, other.line((table, name))))
                else:
                    whole[table][name] = row
                    homes[table, name] = document


def _unsound(
    registers: Registers, whole: dict[str, Any], member: bool | None
) -> Iterator[tuple[tuple[str, ...], Words, bool]]:
    """Look for what no single value shows: check digits, ends in the wrong order, names that lead nowhere."""
    for name, product in registers.product.items():
        for key, gtin in (("gtin_lot", product.gtin_lot), ("gtin_carton", product.gtin_carton)):
            if not gtin:
                if member:
                    yield ("product", name, key), words.NO_GTIN, False
            elif member is False:
                yield ("product", name, key), words.GTIN_UNUSED, False
            elif gtin[-1] != check_digit(gtin[:-1]):
                yield ("product", name, key), words.wrong_check_digit(check_digit(gtin[:-1])), False
        if product.min_kg >= product.max_kg:
            yield ("product", name, "min_kg"), words.LOWER_ABOVE_UPPER, False
    for name in registers.area:
        if not words.USUAL_AREA.fullmatch(name):
            yield ("area", name), words.UNUSUAL_AREA, True
    for name, farm in registers.farm.items():
        for key, what in _FARM_REGISTERS:
            known = whole.get(key, {})
            if getattr(farm, key) not in known:
                yield ("farm", name, key), words.no_such_name(what, getattr(farm, key), known), False
