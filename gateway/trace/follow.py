"""A trace put together: what a code names, followed back to the farm and forward to the customer, and judged."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from gateway.journal.reader import Reader, open_reader
from gateway.journal.rows import Cursor
from gateway.locale.traced import Words, words
from gateway.readings.archive import Archive, open_archive
from gateway.readings.columns import Span
from gateway.trace.account import AlarmTold, LabelTold, Moment, Person, Recall, Stay, Trace
from gateway.trace.entries import Entries
from gateway.trace.key_data import key_data
from gateway.trace.lineage import AreaAsked, Lineage, asked_for, lineage
from gateway.trace.parties import after, balances, before, tree
from gateway.trace.premises import TEMPERATURE, Premises
from gateway.trace.recall_list import recalled
from gateway.trace.stages import kg as as_kg
from gateway.trace.stages import same
from gateway.trace.stays import Stood, stay, stood, together
from gateway.trace.story import Story
from gateway.trace.verdict import verdict


async def trace(premises: Premises, code: str, now: datetime) -> Trace | Recall:
    """Tell a code's whole story, or a growing area's recall list, without holding up the loop.

    Raises:
        NotFound: Nobody here knows the code.
        JournalError: The journal cannot be read.
    """
    return await asyncio.to_thread(trace_now, premises, code, now)


def trace_now(premises: Premises, code: str, now: datetime) -> Trace | Recall:
    """Tell the same, in this thread."""
    with open_reader(premises.data) as reader, open_archive(premises.data) as archive:
        asked = asked_for(code, reader)
        if isinstance(asked, AreaAsked):
            return recalled(reader, premises, asked.area, now=now)
        return _told(code, lineage(asked, reader), (reader, archive), premises, now)


def _told(code: str, line: Lineage, stores: tuple[Reader, Archive], premises: Premises, now: datetime) -> Trace:
    reader, archive = stores
    entries = Entries(reader, premises)
    story = Story(line, reader, entries, premises)
    moments = story.moments()
    standing = _standing(line, reader, entries, moments, now)
    stays = tuple(
        stay(room, span, goods, archive, premises, inside=inside) for room, span, goods, inside in together(standing)
    )
    alarms = tuple(_alarms(stays, reader))
    elements = key_data(line, story, stays, premises)
    places = entries.places
    proof = reader.proof(places | _carton_places(line, reader))
    safest = entries.safest
    lot = line.harvested[0] if line.harvested else next(iter(line.lots.values()))
    kg, cartons = _amount(line)
    return Trace(
        asked=code,
        kind=line.subject.kind,
        code=line.subject.code,
        product=premises.product(lot.product, lot.product_name),
        summary=tuple(_summary(line, kg, cartons)),
        kg=kg,
        cartons=cartons,
        verdict=verdict(line, (stays, alarms), elements, proof, premises),
        before=before(line, premises),
        after=after(line, premises, standing),
        tree=tree(line, premises),
        balances=balances(line),
        story=moments,
        weights=tuple(sorted(story.weights, key=lambda one: (one.at, one.place))),
        stays=stays,
        alarms=alarms,
        labels=tuple(_labels(line, story, reader)),
        stamps=tuple(stamp for stamp, _ in reader.stamps(line.carton.serial)) if line.carton else (),
        people=tuple(_people(moments, story, premises)),
        corrections=tuple(story.corrections),
        key_data=elements,
        confirmed=(sum(entries.confirmed(place) == safest for place in places), len(places)),
        confirms=safest,
        house=premises.site.name,
        facility=premises.site.facility,
        made_at=now,
    )


def _carton_places(line: Lineage, reader: Reader) -> set[Cursor]:
    """Give the entries of cartons that are told together, so that each of them is proved."""
    if line.subject.kind != "lot":
        return set()
    return {carton.at for lot in line.cartons for carton in reader.each_carton_of_lot(lot)}


def _standing(line: Lineage, reader: Reader, entries: Entries, moments: Sequence[Moment], now: datetime) -> list[Stood]:
    """Give where the goods stood: the lots until they were packed, then the pallets from when they were built."""
    packed_at = min((one.at for one in moments if one.kind in ("carton", "cartons")), default=now)
    gone_at = max((one.at for one in moments if one.kind == "dispatch" and one.declared is None), default=now)
    found: list[Stood] = []
    long_ago = datetime.fromtimestamp(0, now.tzinfo)
    last = packed_at if line.subject.kind != "lot" else max(now, gone_at)
    for lot in line.lots:
        found += stood(reader, entries, lot, now, Span(long_ago, last) if last > long_ago else None)
    left = dict(reader.pallets_left(line.carton.serial)) if line.carton is not None else {}
    for sscc in line.pallets:
        within = None
        if sscc in left and (line.carton is None or line.carton.pallet != sscc):
            read = entries.at(left[sscc])
            within = Span(long_ago, read.at) if read is not None else None
        found += stood(reader, entries, sscc, now, within)
    return found


def _amount(line: Lineage) -> tuple[Decimal, int]:
    if line.carton is not None:
        return line.carton.kg, 1
    if line.subject.kind == "pallet":
        pallet = line.pallets[line.subject.code]
        return pallet.net, pallet.cartons
    groups = [group for groups in line.cartons.values() for group in groups if group.state != "void"]
    return line.lots[line.subject.code].received, sum(group.count for group in groups)


def _summary(line: Lineage, kg: Decimal, cartons: int) -> Iterable[Words]:
    """Say in a few words what it is: grade, kg, cartons."""
    grades = sorted({lot.grade for lot in line.lots.values() if lot.grade is not None})
    if grades and (line.subject.kind != "lot" or line.lots[line.subject.code].grade is not None):
        yield Words(f"hạng {', '.join(grades)}", f"grade {', '.join(grades)}")
    yield same(as_kg(kg))
    if line.subject.kind != "carton" and cartons:
        yield words("count_cartons", n=cartons)


def _alarms(stays: Sequence[Stay], reader: Reader) -> Iterable[AlarmTold]:
    told: set[str] = set()
    for one in stays:
        for alarm in reader.alarms(one.room, one.span.since, one.span.until):
            if alarm.id not in told and alarm.quantity == TEMPERATURE:
                told.add(alarm.id)
                yield AlarmTold(
                    alarm.id, one.room_name, alarm.state, alarm.since, alarm.at, alarm.message, alarm.by, alarm.reason
                )


def _labels(line: Lineage, story: Story, reader: Reader) -> Iterable[LabelTold]:
    """Say what became of the labels: of one carton each, of many by count."""
    if line.carton is not None:
        for label in [label for read in story.packed for label in reader.labels(read.place)]:
            yield LabelTold(label.state, label_words(label.state, label.evidence), 1)
            for again in reader.labels_again(label.job):
                yield LabelTold(again.state, label_words(again.state, again.evidence), 1, again=True)
        return
    counted: Counter[tuple[str, str]] = Counter()
    groups = (
        [("pallet", line.subject.code)] if line.subject.kind == "pallet" else [("lot", lot) for lot in line.cartons]
    )
    for column, code in groups:
        for state, evidence, count in reader.labels_of("pallet" if column == "pallet" else "lot", code):
            counted[state, evidence] += count
    for label in [label for place in story.corrected for label in reader.labels(place)]:
        counted[label.state, label.evidence] += 1
    for (state, evidence), count in sorted(counted.items()):
        yield LabelTold(state, label_words(state, evidence), count)


def label_words(state: str, evidence: str) -> Words:
    """Say what became of a label: *out* only where device, scan or person said so, else *sent* (page.md §4)."""
    if state != "done":
        return words(f"label_{state}" if state in ("queued", "unknown", "void") else "label_sent")
    if evidence in ("device-ready", "device-complete", "scan-verified", "operator"):
        out, how = words("label_done"), words(evidence)
        return Words(f"{out.vi}, {how.vi}", f"{out.en}, {how.en}")
    return words("label_sent")


def _people(moments: Sequence[Moment], story: Story, premises: Premises) -> Iterable[Person]:
    did: dict[str, dict[str, None]] = {}
    for moment in moments:
        if moment.by is not None:
            did.setdefault(moment.by, {})[moment.title.vi] = None
    for weighed in story.weights:
        if weighed.by is not None:
            did.setdefault(weighed.by, {})[words("scale").vi] = None
    for correction in story.corrections:
        if correction.declared.by is not None:
            did.setdefault(correction.declared.by, {})[words("corrections").vi] = None
    for badge in sorted(did):
        yield Person(badge, premises.person(badge), tuple(did[badge]))
