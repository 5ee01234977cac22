"""From a file to a Config, or to the list of everything that is wrong with it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from gateway.config import words
from gateway.config.across import House, across
from gateway.config.document import Document, read
from gateway.config.local import read_registers
from gateway.config.maps import read_maps, told_twice
from gateway.config.mistakes import Language, Mistake, did_you_mean, report
from gateway.config.refused import refusals
from gateway.config.schema import CHOSEN, NAMED, OPTIONAL, REQUIRED, SINGLE, TABLES, Config, settings_class
from gateway.config.templates import read_templates
from gateway.config.trial import tried
from gateway.errors import ConfigError
from gateway.registers import Registers
from gateway.registers.downlink import kept, merged
from gateway.registers.table import RegistersTable
from gateway.settings import Settings
from gateway.site import GatewayTable

if TYPE_CHECKING:
    from gateway.labels.template import Template


def load(path: Path, language: Language | None = None) -> Config:
    """Read the config file and what lies beside it (`local/`, `maps/`, `labels/`).

    Raises:
        ConfigError: There are mistakes; the message says all of them, one a line.
    """
    config, mistakes = examine(path)
    if config is None:
        raise ConfigError(report(path.name, mistakes, language))
    return config


def data_directory(path: Path) -> Path:
    """Give the directory a config file names for journal and keys, whatever else is wrong with the file.

    Raises:
        ConfigError: That cannot be told; the message says all mistakes.
    """
    own = read(path).data.get("gateway")
    try:
        return GatewayTable.model_validate(own, context={"directory": path.absolute().parent}).data
    except ValidationError:
        return load(path).gateway.data


def examine(path: Path, *, draw: bool = False) -> tuple[Config | None, list[Mistake]]:
    """Read a config file; give the Config (None when there are mistakes), every mistake and every notice.

    `draw` has every label of every station drawn once, which takes a moment.
    """
    document = read(path)
    mistakes = document.mistakes
    if not document.data and mistakes:
        return None, mistakes
    directory = path.absolute().parent
    tables = dict(_tables(document, directory))
    of_maps = read_maps(directory / "maps")
    mistakes[:] = [mistake for mistake in mistakes if not told_twice(mistake, of_maps)] + of_maps
    registers, of_registers = read_registers(directory / "local", **_around(tables))
    mistakes += of_registers
    templates: dict[str, Template] = {}
    if document.data.get("printer"):
        templates, of_templates = read_templates(directory / "labels", tables.get("label", {}), document)
        mistakes += of_templates
    house = House(document, tables, _with_downlink(tables, registers), templates)
    mistakes += across(house)
    if draw:
        mistakes += tried(house)
    if any(not mistake.notice for mistake in mistakes):
        return None, mistakes
    return Config.of(tables, registers, templates, directory), mistakes


def _around(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the registers are checked by: membership in GS1, what codes look like, what came down before."""
    site, gateway = tables.get("site"), tables.get("gateway")
    return {
        "member": None if site is None else site.gln is not None,
        "table": tables.get("registers", RegistersTable()),
        "sent": {} if gateway is None else kept(gateway.data / "registers"),
    }


def _with_downlink(tables: Mapping[str, Any], registers: Registers) -> Registers:
    """Unite the local registers with what came down, as the running gateway does."""
    around = _around(tables)
    table: RegistersTable = around["table"]
    return merged(registers, around["sent"].values(), table.downlink_wins, member=around["member"] is not False)


def _tables(document: Document, directory: Path) -> Iterator[tuple[str, Any]]:
    """Read each table by its class; one with mistakes is left out, and its mistakes are noted."""
    data = document.data
    context = {"directory": directory, "maps": (directory / "maps",)}
    for name in data.keys() - set(TABLES):
        document.mistakes.append(document.mistake((name,), words.UNKNOWN_KEY + did_you_mean(name, TABLES)))
    for name in REQUIRED:
        if name not in data and name not in document.spoilt:
            document.mistakes.append(document.mistake((name,), words.MISSING_TABLE))
    once = {**SINGLE, **OPTIONAL}
    for name in data.keys() & once.keys():
        if _is_table(document, (name,), data[name]):
            read_one = _read(document, (name,), settings_class(once[name]), data[name], context)
            if read_one is not None:
                yield name, read_one
    for name in data.keys() & (NAMED.keys() | CHOSEN.keys()):
        if _is_table(document, (name,), data[name]):
            yield name, dict(_named(document, name, data[name], context))


def _named(
    document: Document, table: str, data: Mapping[str, Any], context: Mapping[str, Any]
) -> Iterator[tuple[str, Settings]]:
    for name, own in data.items():
        path = (table, name)
        if not _is_table(document, path, own):
            continue
        chosen = _chosen(document, path, own) if table in CHOSEN else settings_class(NAMED[table])
        read_one = _read(document, path, chosen, own, context) if chosen else None
        if read_one is not None:
            yield name, read_one


def _chosen(document: Document, path: tuple[str, str], data: Mapping[str, Any]) -> type[Settings] | None:
    key, classes = CHOSEN[path[0]]
    if key not in data:
        if key not in document.spoilt:
            document.mistakes.append(document.mistake((*path, key), words.MISSING + did_you_mean("", classes)))
        return None
    if data[key] not in classes:
        document.mistakes.append(document.mistake((*path, key), words.no_such_value(data[key], classes)))
        return None
    return settings_class(classes[data[key]])


def _is_table(document: Document, path: tuple[str, ...], data: object) -> bool:
    if isinstance(data, dict):
        return True
    document.mistakes.append(document.mistake(path, words.not_a_table(data)))
    return False


def _read(
    document: Document,
    path: tuple[str, ...],
    table: type[Settings],
    data: Mapping[str, Any],
    context: Mapping[str, Any],
) -> Settings | None:
    try:
        return table.model_validate(data, context=context)
    except ValidationError as error:
        for place, what in refusals(table, data, error):
            if not (what in (words.MISSING, words.ACKNOWLEDGE) and place[-1] in document.spoilt):
                document.mistakes.append(document.mistake((*path, *place), what))
        return None
