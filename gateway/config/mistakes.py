"""A mistake in a configuration file: where it is, what it is and the cure, in Vietnamese and English."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages; keys and values of the file are never translated."""

    vi: str
    en: str

    def __add__(self, other: "Words") -> "Words":
        return Words(self.vi + other.vi, self.en + other.en)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at a line of a file; a `notice` is worth a look and stops nothing."""

    file: str
    line: int | None
    key: str
    words: Words
    notice: bool = False

    @property
    def place(self) -> str:
        """`file:line: key`, as editors and people find it."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.key}" if self.key else where


def dotted(path: Iterable[str | int]) -> str:
    """Write a path as the file does: `device.cold-rooms.unit.room-3.id`, items of an array as `[2]`, from 1."""
    key = ""
    for part in path:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if key else part
    return key


def did_you_mean(name: object, known: Iterable[str]) -> Words:
    """Offer the nearest of the known names, or all of them when none is near and they are few."""
    names = sorted(known)
    from difflib import get_close_matches  # only who mistypes needs it

    close = get_close_matches(str(name), names, 1, cutoff=0.65)
    if close:
        return Words(f"; có phải '{close[0]}' không?", f"; did you mean '{close[0]}'?")
    if names:
        return Words(f"; hiện có: {', '.join(names)}", f"; known: {', '.join(names)}")
    return Words("", "")


def in_order(file: str, mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Put mistakes in the order of `file`; those of the files beside it follow."""
    return sorted(mistakes, key=lambda mistake: (mistake.file != file, mistake.file, mistake.line or 0))


def report(file: str, mistakes: Sequence[Mistake], language: Language | None = None) -> str:
    """Say all mistakes, one after the other, in the order of the file; in both languages unless one is asked for."""
    count = sum(not mistake.notice for mistake in mistakes)
    vi, en = f"{count} lỗi", f"{count} mistake{'s' * (count != 1)}"
    heads = {"vi": vi, "en": en, None: f"{vi} / {en}"}
    text = [f"{file}: {heads[language]}"] if count else []
    for mistake in in_order(file, mistakes):
        vi, en = mistake.words.vi, mistake.words.en
        if mistake.notice:
            vi, en = f"chú ý: {vi}", f"note: {en}"
        text.append(f"  {mistake.place}: {en if language == 'en' else vi}")
        if language is None and en != vi:
            text.append(f"      {en}")
    return "\n".join(text)
