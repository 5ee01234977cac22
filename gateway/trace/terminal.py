"""A trace and a recall list as text for a terminal: Vietnamese first, English beside it where it is short."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from gateway.locale import shown
from gateway.locale.traced import Words, words
from gateway.trace.account import Confirmed, Moment, Recall, Series, Stay, Trace
from gateway.trace.day_report import Day
from gateway.trace.stages import kg
from gateway.trace.verdict import share

_MARK = {"disk": "■□□", "broker": "■■□", "province": "■■■"}


def trace_text(trace: Trace) -> str:
    """Give the whole story, a line for each fact."""
    return "\n".join(_trace(trace)) + "\n"


def _trace(trace: Trace) -> Iterator[str]:
    kind = words("carton" if trace.kind == "carton" else "pallet" if trace.kind == "pallet" else "lots")
    summary = " · ".join(one.vi for one in (trace.product, *trace.summary))
    yield f"{_both(kind)} {trace.code}"
    yield f"  {summary}"
    yield ""
    yield "  " + " · ".join(part.words.vi for part in trace.verdict.parts)
    yield "  " + " · ".join(part.words.en for part in trace.verdict.parts)
    for part in trace.verdict.parts:
        for reason in part.reasons:
            yield f"    {_both(reason)}"
    have, of = trace.confirmed
    yield f"    {_both(words('confirmed_all' if trace.confirms == 'province' else 'sent_all', n=have, m=of))}"
    yield from _parties(trace)
    yield from _tree(trace)
    yield from _story(trace)
    yield from _balances(trace)
    for stay in trace.stays:
        yield from _stay(stay)
    yield from _rest(trace)


def _parties(trace: Trace) -> Iterator[str]:
    for name, parties in (("before", trace.before), ("after", trace.after)):
        yield from _heading(name)
        for one in parties:
            amounts = [words("count_cartons", n=one.cartons).vi] if one.cartons else []
            amounts += [kg(one.kg)] if one.kg else []
            yield "  " + " · ".join((one.name.vi, *amounts, *(detail.vi for detail in one.detail)))


def _tree(trace: Trace) -> Iterator[str]:
    yield from _heading("tree")
    for node in trace.tree:
        amounts = [words("count_cartons", n=node.cartons).vi] if node.cartons else []
        amounts += [kg(node.kg)] if node.kg is not None else []
        text = f"{node.code} {node.words.vi}" if node.kind != "farm" else node.words.vi
        yield f"  {'  ' * node.depth}{'> ' if node.asked else ''}{text.strip()}  {' · '.join(amounts)}".rstrip()


def _story(trace: Trace) -> Iterator[str]:
    yield from _heading("story")
    for moment in trace.story:
        yield f"  {shown.moment(moment.at)}  {_mark(moment.confirmed)}  {moment.title.vi}{_notes(moment)}"
        facts = " · ".join(f"{fact.name.vi} {fact.value.vi}".strip() for fact in moment.facts if fact.value.vi)
        if facts:
            yield f"                         {facts}"


def _notes(moment: Moment) -> str:
    notes = [moment.by] if moment.by else []
    if moment.paper_form:
        notes.append(words("manual", form=moment.paper_form).vi)
    if moment.corrected_clock:
        notes.append(words("time_corrected").vi)
    if moment.declared:
        notes.append(f"{words('corrections').vi}: {words(moment.declared.reason).vi}")
    return f" ({'; '.join(notes)})" if notes else ""


def _balances(trace: Trace) -> Iterator[str]:
    yield from _heading("balance")
    for one in trace.balances:
        parts = [f"{code} {kg(amount)}" for code, amount in one.outputs]
        for name, amount in (
            ("loss", one.loss),
            ("in_cartons", one.cartons),
            ("shipped", one.shipped),
            ("thrown", one.thrown),
            ("left", one.left),
        ):
            if amount:
                parts.append(f"{words(name).vi.lower()} {kg(amount)}")
        yield f"  {one.lot}: {words('received').vi.lower()} {kg(one.received)} = {' + '.join(parts) or '0'}"


def _stay(stay: Stay) -> Iterator[str]:
    until = words("inside_now").vi if stay.inside else shown.moment(stay.span.until)
    yield ""
    yield f"{stay.room_name}: {shown.moment(stay.span.since)} – {until} · {', '.join(stay.goods)}"
    limits = [f"{shown.temperature(limit)}" for limit in (stay.below, stay.above) if limit is not None]
    yield f"  {words('limits').vi}: {' – '.join(limits) or words('none').vi}"
    for one in stay.series:
        yield f"  {one.source}: {_series(one)}"
        for gap in one.gaps:
            span = shown.duration(timedelta(seconds=gap.seconds))
            yield f"    {shown.moment(gap.since)}: {words('gap', span=span).vi}"
    for run in stay.excursions:
        span = shown.duration(timedelta(seconds=run.span.seconds))
        yield f"    {shown.moment(run.span.since)}: {words('excursion').vi} {shown.temperature(run.worst)}, {span}"


def _series(told: Series) -> str:
    if told.minimum is None or told.maximum is None or told.mean is None:
        return words("no_data").vi
    parts = [
        f"{shown.amount(round(told.minimum, 1))} – {shown.temperature(told.maximum)}",
        f"{words('mean').vi.lower()} {shown.temperature(told.mean)}",
    ]
    for name, seconds in (("above", told.above_s), ("below", told.below_s)):
        if seconds:
            parts.append(f"{words(name).vi.lower()} {shown.duration(timedelta(seconds=seconds))}")
    return " · ".join((*parts, f"{words('coverage').vi.lower()} {share(told.coverage)}"))


def _rest(trace: Trace) -> Iterator[str]:
    if trace.alarms:
        yield from _heading("alarms")
        for alarm in trace.alarms:
            yield f"  {shown.moment(alarm.since)} {alarm.message} ({words(alarm.state).vi})"
    yield from _heading("labels")
    for label in trace.labels:
        again = f"{words('label_again').vi}: " if label.again else ""
        yield f"  {again}{label.words.vi}: {label.count}"
    for stamp in trace.stamps:
        yield f"  {words('stamps').vi}: {stamp}"
    if trace.corrections:
        yield from _heading("corrections")
        for one in trace.corrections:
            now = f" -> {one.now.vi}" if one.now else ""
            said = f"{words(one.declared.reason).vi}, {one.declared.note}".rstrip(", ")
            what = f"{shown.moment(one.declared.at)} {one.what.vi} {one.code}"
            yield f"  {what}: {one.was.vi}{now} ({said}; {one.declared.by})"
    yield from _heading("people")
    for person in trace.people:
        name = f" ({person.name})" if person.name else ""
        yield f"  {person.id}{name}: {', '.join(person.did)}"
    yield from _heading("weights")
    for weighed in trace.weights:
        yield (
            f"  {shown.moment(weighed.at)} {weighed.what}: {kg(weighed.gross)} - {kg(weighed.tare)} = {kg(weighed.net)}"
            f"; {weighed.scale}; {weighed.frame or weighed.paper_form or '-'}"
        )
    yield from _heading("key_data")
    for datum in trace.key_data:
        yield f"  {datum.number:>2} {datum.name.vi}: {datum.value or words(datum.status).vi}"


def _heading(id_: str) -> Iterator[str]:
    yield ""
    yield _both(words(id_))


def _both(text: Words) -> str:
    return text.vi if text.vi == text.en else f"{text.vi} / {text.en}"


def _mark(confirmed: Confirmed) -> str:
    return _MARK[confirmed]


def recall_text(recall: Recall) -> str:
    """Give the list: each lot, then where its parts are or went, then the sums by place."""
    return "\n".join(_recall(recall)) + "\n"


def _recall(recall: Recall) -> Iterator[str]:
    days = words("all_days").vi
    if recall.first or recall.last:
        days = f"{shown.day(recall.first) if recall.first else '…'} – {shown.day(recall.last) if recall.last else '…'}"
    yield f"{_both(words('recall'))}: {recall.area}, {days}"
    for lot in recall.lots:
        yield ""
        yield (
            f"{lot.lot}  {lot.product}  {kg(lot.received)}  {lot.farm or '-'}"
            f"  {words('harvested').vi.lower()} {shown.day(lot.harvested[1])}"
        )
        for one in lot.where:
            amounts = f"{words('count_cartons', n=one.cartons).vi:>9}  " if one.cartons else " " * 11
            at = f"  {one.dispatch} {shown.moment(one.at)}" if one.at else ""
            pallet = f"  {one.pallet}" if one.pallet else ""
            yield f"  {one.lot}  {amounts}{kg(one.kg):>12}  {one.words.vi}{at}{pallet}"
    yield ""
    yield f"{_both(words('total'))}: {len(recall.lots)} {words('lots').vi.lower()}"
    sums: dict[str, tuple[int, Decimal]] = {}
    for one in recall.where:
        cartons, amount = sums.get(one.words.vi, (0, Decimal()))
        sums[one.words.vi] = cartons + one.cartons, amount + one.kg
    for where, (cartons, amount) in sums.items():
        counted = f"{words('count_cartons', n=cartons).vi}, " if cartons else ""
        yield f"  {where}: {counted}{kg(amount)}"


def day_text(report: Day) -> str:
    """Give a day's sums, then what was voided or entered by hand."""
    return "\n".join(_day(report)) + "\n"


def _day(report: Day) -> Iterator[str]:
    yield f"{_both(words('day_report'))} {shown.day(report.day)} · {report.house}"
    for one in report.totals:
        parts = [f"{one.count:>6}", f"{kg(one.net):>14}"]
        if one.cartons:
            parts.append(words("count_cartons", n=one.cartons).vi)
        if one.deduction:
            parts.append(f"{words('deduction').vi.lower()} {kg(one.deduction)}")
        if one.loss and one.act == "grading":
            parts.append(f"{words('loss').vi.lower()} {kg(one.loss)}")
        if one.manual:
            parts.append(f"{one.manual} {words('by_hand').vi}")
        if one.void:
            parts.append(f"{one.void} {words('voided').vi.lower()}")
        yield f"  {_both(one.name):<42}{'  '.join(parts)}"
    for line in report.lines:
        if line.state == "stands" and not line.manual:
            continue
        why = words("manual", form=line.manual).vi if line.manual else words("voided").vi
        why = words("corrections").vi if line.state == "corrected" else why
        yield f"    {shown.hour(line.at)} {line.number} {kg(line.net)}: {why} {line.reason} {line.by}".rstrip()
