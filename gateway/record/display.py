"""What a station shows: the first state that holds, in the order that keeps people from a wrong record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gateway.board import Load
from gateway.capture import Phase
from gateway.station import Show


class Shown(NamedTuple):
    """A state, the sentence that says it (locale), and the sentence's values."""

    show: Show
    sentence: str
    values: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that decides what a station shows.

    `trouble` names the sentence of a journal that takes nothing; `silent_s` is how long the scale has not been heard;
    `label_waits` says that the label of an earlier load has not left the printer;
    `notice` is what became of the last scan, shown while nothing else asks for attention.
    """

    phase: Phase
    trouble: str
    silent_s: float | None
    undated: str | None
    question: Shown | None
    captured: bool
    last: Load | None
    was_empty: bool
    refusal: Shown | None
    scan_refused: bool
    label_waits: bool
    lacks_operator: bool
    lacking: Shown | None
    by_hand: bool
    notice: Shown | None


LOST_AFTER_S = 10.0


def shown(now: Situation) -> Shown:
    """Give the first that holds (design §6; the priorities of the page's stage)."""
    if now.trouble:
        return Shown(Show.DISK_REFUSES, now.trouble)
    if now.phase is Phase.SILENT:
        return _silent(now.silent_s)
    if now.undated is not None:
        return Shown(Show.CONFIRM_DATE, "date_ask", {"date": now.undated})
    if now.question is not None:
        return now.question
    if now.phase is Phase.TARED:
        return Shown(Show.REFUSED, "scale_tared")
    if now.refusal is not None and (now.scan_refused or now.phase is not Phase.LOCKED):
        return now.refusal
    if now.phase is Phase.LOCKED:
        return _locked(now)
    rescan = now.lacking is not None and now.lacking.show is Show.LOT_RESCAN
    if now.label_waits and not now.captured and not rescan:
        return Shown(Show.PRINTING, "printing")
    if now.lacks_operator:
        return Shown(Show.NO_OPERATOR, "no_operator")
    state = now.lacking or _pan(now)
    if now.notice is not None and now.phase is Phase.READY:
        return Shown(state.show, now.notice.sentence, now.notice.values)
    return state


def _silent(silent_s: float | None) -> Shown:
    if silent_s is None or silent_s > LOST_AFTER_S:
        return Shown(Show.STALE, "scale_lost")
    return Shown(Show.STALE, "stale", {"s": str(int(silent_s))})


def _locked(now: Situation) -> Shown:
    last = now.last
    if now.captured and last is not None:
        if last.label == "void":
            return Shown(Show.REFUSED, "label_refused")
        return Shown(Show.RECORDED, "captured", {"kg": str(last.kg)})
    if last is not None and last.serial is not None and not now.was_empty:
        return Shown(Show.TAKE_OFF_FIRST, "restarted", {"serial": last.serial, "kg": str(last.kg)})
    return Shown(Show.TAKE_OFF_FIRST, "not_unloaded")


def _pan(now: Situation) -> Shown:
    match now.phase:
        case Phase.OVERLOAD:
            return Shown(Show.OVERLOAD, "overload")
        case Phase.UNZEROED:
            return Shown(Show.NEGATIVE, "not_zero")
        case Phase.NEGATIVE:
            return Shown(Show.NEGATIVE, "negative")
        case Phase.LOADING:
            return Shown(Show.LOADING, "loading")
        case Phase.REST if now.captured and now.last is not None:
            return Shown(Show.RECORDED, "captured", {"kg": str(now.last.kg)})
        case Phase.REST:
            return Shown(Show.STABLE, "manual" if now.by_hand else "stable")
    return Shown(Show.READY, "ready")
