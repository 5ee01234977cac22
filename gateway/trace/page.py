"""A trace as one HTML page that needs nothing else: read on a screen, printed on A4, kept as a file."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from html import escape
from importlib import resources
from typing import Final

from gateway.locale import shown
from gateway.locale.traced import Words, words
from gateway.trace.account import Balance, Confirmed, Moment, Node, Party, Series, Stay, Trace
from gateway.trace.curve import Curve
from gateway.trace.stages import kg
from gateway.trace.verdict import share

_ICONS: Final = {
    "shield": '<path d="M12 3l7 3v5.5c0 4.4-2.9 7.9-7 9.5-4.1-1.6-7-5.1-7-9.5V6z"/>',
    "check": '<path d="M8.5 12l2.5 2.5 4.5-5"/>',
    "cross": '<path d="M9 9l6 6m0-6l-6 6"/>',
    "dots": '<path d="M8 12h.01M12 12h.01M16 12h.01"/>',
    "arrow": '<path d="M9 5l7 7-7 7"/>',
    "lot-opened": '<path d="M6 3h9l4 4v14H6zM14 3v5h5M9 13h7M9 17h7"/>',
    "receipt": '<path d="M3 6h11v10H3zM14 10h4l3 3v3h-7M7 19a2 2 0 100-4 2 2 0 000 4zm10 0a2 2 0 100-4 2 2 0 000 4z"/>',
    "inspection": '<path d="M10.5 17a6.5 6.5 0 100-13 6.5 6.5 0 000 13zM15.5 15.5L20 20"/>',
    "grading": '<path d="M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z"/>',
    "carton": '<path d="M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9"/>',
    "pallet": '<path d="M5 5h6v6H5zM13 5h6v6h-6zM4 15h16M5 15v4M12 15v4M19 15v4"/>',
    "room-in": '<path d="M4 20h16M6 20V4h8v16M10 12h.01M21 8l-3 3 3 3M18 11h4"/>',
    "room-out": '<path d="M4 20h16M6 20V4h8v16M10 12h.01M18 8l3 3-3 3M21 11h-4"/>',
    "dispatch": '<path d="M6 21V4M6 5h11l-2.5 4L17 13H6"/>',
    "hold": '<path d="M12 21a9 9 0 100-18 9 9 0 000 18zM10 9v6M14 9v6"/>',
    "destroy": '<path d="M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13"/>',
    "stamp": '<path d="M5 20h14M7 16h10v-3h-3l1-6a3 3 0 10-6 0l1 6H7z"/>',
}
_ICON_OF: Final = {
    "cartons": "carton",
    "unpack": "pallet",
    "release": "hold",
    "void-shipping": "dispatch",
    "lot-closed": "lot-opened",
    "lot-reopened": "lot-opened",
}
_SEGMENTS: Final = {"disk": 1, "broker": 2, "province": 3}


def page(trace: Trace) -> str:
    """Give the whole document."""
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    title = f"{trace.code} · {words('trace').vi}"
    return (
        '<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"{''.join(_body(trace))}\n</body>\n</html>\n"
    )


def _body(trace: Trace) -> Iterator[str]:
    yield _header(trace)
    yield "<main>"
    yield _verdict(trace)
    yield _steps(trace)
    yield '<div class="columns">'
    yield f"<div>{_story(trace)}{_corrections(trace)}</div>"
    yield f"<div>{''.join(_balances(trace))}{_labels(trace)}{_people(trace)}</div>"
    yield "</div>"
    yield _rooms(trace)
    yield _tree(trace)
    yield _weights(trace)
    yield _key_data(trace)
    yield "</main>"
    made = words("printed_at", at=shown.moment(trace.made_at))
    note = words("page_note")
    facility = f" · {escape(trace.facility)}" if trace.facility else ""
    yield (
        f"<footer><p>{escape(trace.house)}{facility} · {escape(made.vi)}</p><p>{escape(note.vi)}</p>"
        f'<p lang="en">{escape(note.en)}</p></footer>'
    )


# the small parts


def _icon(name: str, extra: str = "") -> str:
    shapes = _ICONS[name] + (_ICONS[extra] if extra else "")
    return f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{shapes}</svg>'


def _both(text: Words) -> str:
    """Give Vietnamese, and the English small beside it."""
    if text.vi == text.en:
        return escape(text.vi)
    return f'{escape(text.vi)} <span class="en" lang="en">{escape(text.en)}</span>'


def _heading(id_: str) -> str:
    return f"<h2>{_both(words(id_))}</h2>"


def _mark(confirmed: Confirmed) -> str:
    """Draw the three segments: on disk, at the broker, with the province."""
    filled = _SEGMENTS[confirmed]
    segments = "".join(f'<i class="{"on" if place < filled else ""}"></i>' for place in range(3))
    text = words(confirmed)
    return f'<span class="mark {confirmed}"><span class="segments">{segments}</span>{escape(text.vi)}</span>'


def _header(trace: Trace) -> str:
    summary = " · ".join(escape(one.vi) for one in (trace.product, *trace.summary))
    kind = words("carton" if trace.kind == "carton" else "pallet" if trace.kind == "pallet" else "lots")
    code = shown.carton_number(trace.code) if trace.kind == "carton" else trace.code
    return (
        f'<header><p class="house">{escape(trace.house)} · {_both(words("trace"))}</p>'
        f"<h1><small>{escape(kind.vi)}</small> {escape(code)}</h1>"
        f'<p class="summary">{summary}</p></header>'
    )


def _verdict(trace: Trace) -> str:
    verdict = trace.verdict
    icon = {"ok": "check", "warn": "dots", "stale": "dots", "stop": "cross"}[verdict.level]
    said = " · ".join(escape(part.words.vi) for part in verdict.parts)
    english = " · ".join(escape(part.words.en) for part in verdict.parts)
    reasons = [reason.vi for part in verdict.parts for reason in part.reasons]
    have, all_of_them = trace.confirmed
    safe = words("confirmed_all" if trace.confirms == "province" else "sent_all", n=have, m=all_of_them)
    lines = ". ".join(escape(_sentence(reason)) for reason in (*reasons, safe.vi))
    state: Confirmed = trace.confirms if have == all_of_them else "disk"
    return (
        f'<section class="verdict {verdict.level}" data-test="verdict">{_icon("shield", icon)}'
        f'<div><p class="said">{said}</p><p class="en" lang="en">{english}</p><p class="why">{lines}.</p></div>'
        f"{_mark(state)}</section>"
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _steps(trace: Trace) -> str:
    here = Words(trace.code, trace.code)
    middle = [*trace.summary, *((Words(trace.facility, trace.facility),) if trace.facility else ())]
    cards = [
        _card("before", _parties(trace.before), ""),
        _card("this", f"<b>{escape(here.vi)}</b><span>{' · '.join(escape(one.vi) for one in middle)}</span>", "here"),
        _card("after", _parties(trace.after) or f"<b>{escape(words('none').vi)}</b>", ""),
    ]
    return f'<section class="steps">{_icon("arrow").join(cards)}</section>'


def _card(id_: str, content: str, kind: str) -> str:
    return f'<div class="step {kind}" data-test="{id_}"><p class="name">{_both(words(id_))}</p>{content}</div>'


def _parties(parties: Iterable[Party]) -> str:
    told = []
    for one in parties:
        amounts = []
        if one.cartons:
            amounts.append(words("count_cartons", n=one.cartons).vi)
        if one.kg:
            amounts.append(kg(one.kg))
        lines = [" · ".join(amounts), *(detail.vi for detail in one.detail)]
        told.append(f"<b>{escape(one.name.vi)}</b>" + "".join(f"<span>{escape(line)}</span>" for line in lines if line))
    return "".join(told)


# the story


def _story(trace: Trace) -> str:
    rows = []
    day = ""
    for moment in trace.story:
        new_day = shown.day(moment.at)
        rows.append(_moment(moment, new_day if new_day != day else ""))
        day = new_day
    return f'<section class="card">{_heading("story")}<ol class="story">{"".join(rows)}</ol></section>'


def _moment(moment: Moment, day: str) -> str:
    facts = " · ".join(
        f"{escape(fact.name.vi)} {escape(fact.value.vi)}".strip() for fact in moment.facts if fact.value.vi
    )
    notes = []
    if moment.by:
        notes.append(escape(moment.by))
    if moment.paper_form:
        notes.append(f"<em>{escape(words('manual', form=moment.paper_form).vi)}</em>")
    if moment.corrected_clock:
        notes.append(f"<em>{escape(words('time_corrected').vi)}</em>")
    if moment.declared:
        reason = words(moment.declared.reason).vi
        notes.append(f"<em>{escape(words('corrections').vi)}: {escape(reason)}</em>")
    icon = _ICON_OF.get(moment.kind, moment.kind)
    date_line = f"<small>{day}</small>" if day else ""
    struck = ' class="struck"' if moment.declared else ""
    at = moment.at.isoformat(timespec="seconds")
    return (
        f'<li{struck}><time datetime="{at}">{shown.hour(moment.at)}{date_line}</time>'
        f'<span class="dot">{_icon(icon if icon in _ICONS else "lot-opened")}</span>'
        f'<p class="what">{escape(moment.title.vi)}</p>{_mark(moment.confirmed)}'
        f'<div><p class="facts">{facts}</p><p class="notes">{" · ".join(notes)}</p></div></li>'
    )


def _corrections(trace: Trace) -> str:
    if not trace.corrections:
        return ""
    rows = "".join(
        f"<tr><td>{escape(one.what.vi)}<br><code>{escape(one.code)}</code></td>"
        f"<td>{escape(one.was.vi)}{' → ' + escape(one.now.vi) if one.now else ''}</td>"
        f"<td>{escape(words(one.declared.reason).vi)}<br><small>{escape(one.declared.note)}</small></td>"
        f"<td>{shown.moment(one.declared.at)}<br><small>{escape(one.declared.by or '–')}</small></td></tr>"
        for one in trace.corrections
    )
    return f'<section class="card">{_heading("corrections")}<table>{rows}</table></section>'


# beside it


def _balances(trace: Trace) -> Iterator[str]:
    for balance in trace.balances:
        if balance.received:
            yield _balance(balance)


def _balance(balance: Balance) -> str:
    parts: list[tuple[str, str, Decimal]] = [("out", code, amount) for code, amount in balance.outputs]
    loss = balance.loss
    parts += [("in", words("in_cartons").vi, balance.cartons), ("out", words("shipped").vi, balance.shipped)]
    parts += [("thrown", words("thrown").vi, balance.thrown), ("loss", words("loss").vi, loss)]
    parts += [("left", words("left").vi, balance.left)]
    shares = [(kind, name, amount) for kind, name, amount in parts if amount > 0]
    bars = "".join(
        f'<i class="{kind}" style="flex:{float(amount / balance.received):.4f}"></i>' for kind, _, amount in shares
    )
    rows = "".join(
        f'<tr><td><i class="key {kind}"></i>{escape(name)}</td><td class="figure">{kg(amount)}</td></tr>'
        for kind, name, amount in shares
    )
    return (
        f'<section class="card">{_heading("balance")}<p class="name">{escape(balance.lot)}</p>'
        f'<div class="bar">{bars}</div><table class="plain">{rows}'
        f'<tr class="sum"><td>{escape(words("received").vi)}</td><td class="figure">{kg(balance.received)}</td></tr>'
        "</table></section>"
    )


def _labels(trace: Trace) -> str:
    rows = "".join(
        f"<tr><td>{escape(words('label_again').vi + ': ' if one.again else '')}{escape(one.words.vi)}</td>"
        f'<td class="figure">{one.count}</td></tr>'
        for one in trace.labels
    )
    rows += "".join(
        f"<tr><td>{escape(words('stamps').vi)}</td><td><code>{escape(s)}</code></td></tr>" for s in trace.stamps
    )
    if not rows:
        return ""
    return f'<section class="card">{_heading("labels")}<table class="plain">{rows}</table></section>'


def _people(trace: Trace) -> str:
    if not trace.people:
        return ""
    rows = "".join(
        f'<tr><td class="badge">{escape(one.id)}{f"<br><small>{escape(one.name)}</small>" if one.name else ""}</td>'
        f"<td>{escape(', '.join(one.did))}</td></tr>"
        for one in trace.people
    )
    return f'<section class="card">{_heading("people")}<table class="plain">{rows}</table></section>'


# rooms


def _rooms(trace: Trace) -> str:
    stays = "".join(_stay(stay) for stay in trace.stays)
    alarms = "".join(
        f"<tr><td>{shown.moment(one.since)}</td><td>{escape(one.room)}</td><td>{escape(one.message)}</td>"
        f"<td>{escape(words(one.state).vi)}{': ' + escape(one.reason) if one.reason else ''}</td></tr>"
        for one in trace.alarms
    )
    if alarms:
        stays += f"<h3>{_both(words('alarms'))}</h3><table>{alarms}</table>"
    content = stays or f"<p>{escape(words('why_never_stored').vi)}</p>"
    return f'<section class="card">{_heading("rooms")}{content}</section>'


def _stay(stay: Stay) -> str:
    until = words("inside_now").vi if stay.inside else shown.moment(stay.span.until)
    span = shown.duration(timedelta(seconds=stay.span.seconds))
    goods = words("pallets_n", n=len(stay.goods)).vi if len(stay.goods) > 1 else stay.goods[0]
    head = (
        f"<h3>{escape(stay.room_name)} <small>{shown.moment(stay.span.since)} – {until} · {span}"
        f" · {escape(goods)}</small></h3>"
    )
    series = "".join(_one_series(stay, one) for one in stay.series) or f"<p>{escape(words('no_data').vi)}</p>"
    return f'<div class="stay">{head}{series}</div>'


def _one_series(stay: Stay, told: Series) -> str:
    figures = []
    if told.minimum is not None and told.maximum is not None and told.mean is not None:
        between = f"{shown.amount(round(told.minimum, 1))} – {shown.temperature(told.maximum)}"
        figures = [("low_high", between), ("mean", shown.temperature(told.mean))]
    if told.above_s is not None:
        figures.append(("above", shown.duration(timedelta(seconds=told.above_s))))
    if told.below_s is not None:
        figures.append(("below", shown.duration(timedelta(seconds=told.below_s))))
    figures.append(("coverage", share(told.coverage)))
    rows = "".join(f"<div><dt>{_both(words(name))}</dt><dd>{escape(value)}</dd></div>" for name, value in figures)
    drawing = Curve(stay, told).svg()
    return f'<p class="name"><code>{escape(told.source)}</code></p>{drawing}<dl class="figures">{rows}</dl>'


# the rest


def _tree(trace: Trace) -> str:
    rows = "".join(_node(node) for node in trace.tree)
    return f'<section class="card">{_heading("tree")}<ul class="tree">{rows}</ul></section>'


def _node(node: Node) -> str:
    amounts = []
    if node.cartons:
        amounts.append(words("count_cartons", n=node.cartons).vi)
    if node.kg is not None:
        amounts.append(kg(node.kg))
    asked = " asked" if node.asked else ""
    code = f"<code>{escape(node.code)}</code> " if node.code and node.kind != "farm" else ""
    return (
        f'<li class="depth-{min(node.depth, 6)}{asked}">{code}<span>{escape(node.words.vi)}</span>'
        f'<span class="figure">{escape(" · ".join(amounts))}</span></li>'
    )


def _weights(trace: Trace) -> str:
    if not trace.weights:
        return ""
    head = "".join(
        f"<th>{_both(words(name))}</th>" for name in ("when", "gross", "tare", "net", "shown", "scale", "frame")
    )
    rows = "".join(
        f"<tr><td>{shown.moment(one.at)}<br><small>{escape(one.what)}</small></td>"
        f'<td class="figure">{kg(one.gross)}</td><td class="figure">{kg(one.tare)}</td>'
        f'<td class="figure">{kg(one.net)}</td><td>{escape(one.shown or "–")}</td>'
        f"<td>{escape(one.scale or '–')}{_form(one.paper_form)}</td>"
        f"<td><code>{escape(one.frame or '–')}</code></td></tr>"
        for one in trace.weights
    )
    return f'<section class="card">{_heading("weights")}<table class="wide"><tr>{head}</tr>{rows}</table></section>'


def _form(form: str | None) -> str:
    return f"<br><em>{escape(words('manual', form=form).vi)}</em>" if form else ""


def _key_data(trace: Trace) -> str:
    rows = "".join(
        f'<tr class="{one.status}"><td class="figure">{one.number}</td><td>{_both(one.name)}</td>'
        f"<td>{escape(one.value or words(one.status).vi)}</td></tr>"
        for one in trace.key_data
    )
    return f'<section class="card">{_heading("key_data")}<table>{rows}</table></section>'
