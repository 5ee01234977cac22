"""The registers that lie beside the config file, `local/*.toml`, read into one."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from gateway.config import words
from gateway.config.document import Document, read
from gateway.config.mistakes import Mistake, Words, did_you_mean
from gateway.config.refused import refusals
from gateway.gs1.identifiers import check_digit
from gateway.registers import Product, Registers
from gateway.registers.downlink import TABLES, Sent
from gateway.registers.table import Downlinked, RegistersTable

_FARM_REGISTERS = (("area", Words("vùng trồng", "growing area")), ("product", Words("sản phẩm", "product")))


def read_registers(
    directory: Path,
    *,
    member: bool | None = True,
    table: RegistersTable | None = None,
    sent: Mapping[Downlinked, Sent] = MappingProxyType({}),
) -> tuple[Registers, list[Mistake]]:
    """Read every file of a directory; with mistakes, the registers hold what is sound and the mistakes say the rest.

    Tables of different files are united; the version is the highest that any of them states. `member` says whether
    the house is one of GS1's, so that its products need GTINs; None when that cannot be told. `table` says what codes
    look like, and `sent` is what came down before: a farm may name an area that only stands there.
    """
    paths = sorted(directory.glob("*.toml"))
    if not paths:
        return Registers.model_construct(), []
    around = _Around(member, table or RegistersTable(), sent)
    documents = [read(path, f"{directory.name}/{path.name}") for path in paths]
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
        homes[path[:2]].mistake(path, what, notice=notice) for path, what, notice in _unsound(registers, whole, around)
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


Unsound = tuple[tuple[str, ...], Words, bool]
"""A place, what is wrong there, and whether it only deserves a notice."""


@dataclass(frozen=True, slots=True)
class _Around:
    member: bool | None
    table: RegistersTable
    sent: Mapping[Downlinked, Sent]

    def known(self, table: str, whole: Mapping[str, Any]) -> Collection[str]:
        """Give every name of a register, sound or not, in the files or from above."""
        above = (sent.rows for name, sent in self.sent.items() if TABLES[name] == table)
        return {**whole.get(table, {}), **{key: None for rows in above for key in rows}}


def _unsound(registers: Registers, whole: dict[str, Any], around: _Around) -> Iterator[Unsound]:
    """Look for what no single value shows: check digits, ends in the wrong order, names that lead nowhere."""
    for name, product in registers.product.items():
        yield from _product(name, product, around.member)
    for name in registers.area:
        if not around.table.usual("area", name):
            yield ("area", name), words.UNUSUAL_AREA, True
    for name in registers.facility:
        if not around.table.usual("facility", name):
            yield ("facility", name), words.UNUSUAL_FACILITY, True
    for name, customer in registers.customer.items():
        if customer.gln is not None and customer.gln[-1] != check_digit(customer.gln[:-1]):
            yield ("customer", name, "gln"), words.wrong_gln(check_digit(customer.gln[:-1])), False
    for name, farm in registers.farm.items():
        for key, what in _FARM_REGISTERS:
            known = around.known(key, whole)
            if getattr(farm, key) not in known:
                yield ("farm", name, key), words.no_such_name(what, getattr(farm, key), known), False


def _product(name: str, product: Product, member: bool | None) -> Iterator[Unsound]:
    gtins: list[tuple[tuple[str, ...], str]] = [
        (("gtin_lot",), product.gtin_lot),
        (("gtin_carton",), product.gtin_carton),
    ]
    gtins += [(("grade", grade, "gtin"), row.gtin) for grade, row in product.grade.items()]
    for key, gtin in gtins:
        if not gtin:
            if member:
                yield ("product", name, *key), words.NO_GTIN, False
        elif member is False:
            yield ("product", name, *key), words.GTIN_UNUSED, False
        elif gtin[-1] != check_digit(gtin[:-1]):
            yield ("product", name, *key), words.wrong_check_digit(check_digit(gtin[:-1])), False
    if product.min_kg >= product.max_kg:
        yield ("product", name, "min_kg"), words.LOWER_ABOVE_UPPER, False
