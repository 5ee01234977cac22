"""What a trace comes to: safe, complete, whole; each by itself, each with what it rests on."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal

from gateway.journal.segment import Proof
from gateway.locale import shown
from gateway.locale.traced import Words, words
from gateway.trace.account import AlarmTold, KeyDatum, Part, Stay, Verdict
from gateway.trace.lineage import Lineage
from gateway.trace.premises import Premises
from gateway.trace.stages import same


def verdict(
    line: Lineage,
    cold: tuple[Sequence[Stay], Sequence[AlarmTold]],
    key_data: Sequence[KeyDatum],
    proof: Proof,
    premises: Premises,
) -> Verdict:
    """Give the verdict; goods that are held, rejected or no more are never called safe."""
    standing = tuple(_standing(line))
    temperature = _cold(*cold, premises)
    kept = () if standing and temperature.word == "safe" else (temperature,)
    parts = (*standing, *kept, _complete(key_data), _chain(proof))
    return Verdict(parts)


def _standing(line: Lineage) -> Iterator[Part]:
    lots = line.lots.values()
    why = [lot.held for lot in lots if lot.held] + [one.held for one in line.pallets.values() if one.held]
    if why:
        yield Part("held", words("held"), "stop", tuple(map(same, why)))
    if any(lot.inspection == "rejected" for lot in lots):
        yield Part("rejected", words("rejected"), "stop")
    if line.carton is not None and line.carton.state in ("void", "destroyed"):
        yield Part(line.carton.state, words(line.carton.state), "stop")
    elif line.subject.kind == "pallet" and line.pallets[line.subject.code].state == "destroyed":
        yield Part("destroyed", words("destroyed"), "stop")


def _cold(stays: Sequence[Stay], alarms: Sequence[AlarmTold], premises: Premises) -> Part:
    """Say how cold it was: a limit broken for longer than its delay, readings missing, or safe."""
    broken = tuple(
        words(
            "why_excursion",
            room=stay.room_name,
            worst=shown.temperature(one.worst),
            span=shown.duration(timedelta(seconds=one.span.seconds)),
        )
        for stay in stays
        for one in stay.excursions
    )
    if not broken:  # the readings were bad or are gone, but somebody was called
        broken = tuple(words("why_alarm", room=one.room, at=shown.moment(one.since)) for one in alarms)
    if broken:
        return Part("excursion", words("excursion"), "stop", broken)
    missing = tuple(_missing(stays, premises))
    if missing:
        return Part("no_data", words("no_data"), "warn", missing)
    return Part("safe", words("safe"), "ok")


def _missing(stays: Sequence[Stay], premises: Premises) -> Iterator[Words]:
    if not stays:
        yield words("why_never_stored")
    for stay in stays:
        room = premises.rooms.get(stay.room)
        least = room.least_coverage if room is not None else Decimal(1)
        if stay.coverage < least:
            yield words("why_coverage", room=stay.room_name, share=share(stay.coverage), least=share(least))
        elif stay.above is None and stay.below is None:
            yield words("why_no_limit", room=stay.room_name)


def share(part: Decimal) -> str:
    """Give a share in percent with one decimal, rounded down: 99,96 % is not 100."""
    return shown.with_unit((100 * part).quantize(Decimal("0.1"), ROUND_FLOOR), "%")


def _complete(key_data: Sequence[KeyDatum]) -> Part:
    missing = [one for one in key_data if one.status == "missing"]
    if not missing:
        return Part("complete", words("complete"), "ok")
    numbers = ", ".join(str(one.number) for one in missing)
    return Part("incomplete", words("incomplete", items=numbers), "warn", tuple(one.name for one in missing))


def _chain(proof: Proof) -> Part:
    if proof.broken is not None:
        seq = proof.broken.seq
        return Part("chain_broken", words("chain_broken", seq=seq), "stop", (same(proof.why),))
    reasons = [words("proved", n=proof.entries, m=proof.signatures)]
    if proof.unsigned:
        reasons.append(words("unsigned", n=proof.unsigned))
    if proof.bodiless:
        reasons.append(words("bodiless", n=proof.bodiless))
    return Part("chain_whole", words("chain_whole"), "ok", tuple(reasons))
