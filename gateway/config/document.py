"""One TOML file: its data, the line of every key, and what is wrong with it before anything is known of its meaning."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from gateway.config import words
from gateway.config.locate import lines
from gateway.config.mistakes import Mistake, Words, dotted

_MOST_REPAIRS: Final = 50
_PLACE: Final = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_COMMA: Final = re.compile(r"(=\s*)([+-]?\d+),(\d+)(?=\s*(?:#.*|\})?$)")
_HEADER: Final = re.compile(r"\s*\[{1,2}([^\[\]]+)\]")
_PAIR: Final = re.compile(r"\s*([\w.\"' -]+?)\s*=")


@dataclass(slots=True)
class Document:
    """A file as read. `spoilt` holds keys on lines that could not be read, so that nobody calls them missing."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    spoilt: set[str] = field(default_factory=set)
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def line(self, path: tuple[str | int, ...]) -> int | None:
        """Give the line of a key, or of the nearest table around one that is not there."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def mistake(self, path: tuple[str | int, ...], what: Words, *, notice: bool = False) -> Mistake:
        """Place a mistake in this file."""
        return Mistake(self.name, self.line(path), dotted(path), what, notice)


def read(path: Path, name: str | None = None) -> Document:
    """Read a file; what cannot be read of it is a mistake, and the rest is read all the same."""
    document = Document(name or path.name)
    try:
        content = path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        document.mistakes.append(
            Mistake(document.name, None, "", Words(f"không mở được tệp {path}: {why}", f"cannot open {path}: {why}"))
        )
        return document
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        document.mistakes.append(Mistake(document.name, line, "", words.NOT_UTF8))
        return document
    # Accents typed on different keyboards must compare equal (glossary: text is NFC at every door).
    _parse(document, unicodedata.normalize("NFC", text).replace("\r\n", "\n"))
    return document


def _parse(document: Document, text: str) -> None:
    for _ in range(_MOST_REPAIRS):
        try:
            document.data = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            repaired = _repair(document, text, error)
            if repaired is None:
                return
            text = repaired
        else:
            document.lines = lines(text)
            return


def _repair(document: Document, text: str, error: tomllib.TOMLDecodeError) -> str | None:
    """Note one mistake of syntax; give the text with its line mended or emptied, or None where that would mislead."""
    match = _PLACE.fullmatch(str(error))
    message, number = (match[1], int(match[2] or 0)) if match else (str(error), 0)
    rows = text.split("\n")
    number = number or len(rows)
    row = rows[number - 1]
    if comma := _COMMA.search(row):
        document.mistakes.append(_at(document, number, rows, words.decimal_comma(f"{comma[2]},{comma[3]}")))
        rows[number - 1] = _COMMA.sub(r"\1\2.\3", row)
        return "\n".join(rows)
    column = int(match[3]) if match and match[3] else len(row) + 1
    if message.startswith("Cannot"):
        what = words.set_twice(row.strip().strip("[]").split("=")[0].strip())
    else:
        what = words.syntax(column, message)
    document.mistakes.append(_at(document, number, rows, what))
    pair = _PAIR.match(row)
    if not pair or not _stands_alone(rows[: number - 1]):
        return None
    document.spoilt.update(_keys(pair[1]))
    rows[number - 1] = ""
    return "\n".join(rows)


def _at(document: Document, number: int, rows: list[str], what: Words) -> Mistake:
    """Place a mistake of syntax: its key as far as the line and the nearest header above it tell."""
    pair = _PAIR.match(rows[number - 1])
    headers = (found[1].strip() for row in reversed(rows[:number]) if (found := _HEADER.match(row)))
    key = ".".join(part for part in (next(headers, ""), pair[1].strip() if pair else "") if part)
    return Mistake(document.name, number, key, what)


def _keys(pair: str) -> Iterator[str]:
    for key in pair.split("."):
        yield key.strip().strip("\"'")


def _stands_alone(rows: list[str]) -> bool:
    """Whether the file is sound up to here: then the fault lies in this line, not in an open bracket above."""
    try:
        tomllib.loads("\n".join(rows))
    except tomllib.TOMLDecodeError:
        return False
    return True
