"""What happens in the demo house, in words a worker would use; Vietnamese first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from gateway.cli.demo_config import BY_SCAN, DOORS, ROOM, STATIONS
from gateway.locale.shown import LOCAL

Lang = Literal["vi", "en"]
Tone = Literal["plain", "good", "warn", "stop", "head"]

ENGLISH: Final = {
    "gate": "Gate",
    "pack-1": "Station 1",
    "pack-2": "Station 2",
    "door-in": "Cold room, in",
    "door-out": "Cold room, out",
    "inspection": "Inspection",
    "pallet": "Pallets",
    "dock": "Dock",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the story: who, what, and how much it matters."""

    who: str
    what: str
    tone: Tone = "plain"


@dataclass(slots=True)
class Counts:
    """What the workers have done so far."""

    gate: int = 0
    cartons: int = 0
    labels: int = 0
    pallets: int = 0
    dispatched: int = 0
    refused: int = 0
    on_scale: set[str] = field(default_factory=set)

    def take(self, line: Mapping[str, Any]) -> None:
        """Count one line of the workers."""
        match line:
            case {"fact": "confirmed", "serial": str()}:
                self.cartons += 1
            case {"fact": "confirmed"}:
                self.gate += 1
            case {"fact": "labelled"}:
                self.labels += 1
            case {"fact": "palletised"}:
                self.pallets += 1
            case {"fact": "dispatched", "pallets": list(pallets)}:
                self.dispatched += len(pallets)
            case {"fact": "refusal"}:
                self.refused += 1
            case {"did": "put", "who": str(who)}:
                self.on_scale.add(who)
            case {"did": "lift", "who": str(who)}:
                self.on_scale.discard(who)


def who(station: str, lang: Lang) -> str:
    """Name a station."""
    return ENGLISH.get(station, station) if lang == "en" else {**STATIONS, **DOORS, **BY_SCAN}.get(station, station)


def kg(text: str, lang: Lang) -> str:
    """Write a mass for people: decimal comma in Vietnamese, a space that does not break."""
    return f"{text if lang == 'en' else text.replace('.', ',')}\u00a0kg"


def tell(line: Mapping[str, Any], lang: Lang) -> Said | None:
    """Put a line of the workers into words; None for what nobody needs to hear."""
    told = _told(line, lang) or _told_of_goods(line, lang)
    return Said(who(str(line.get("who", "")), lang), *told) if told else None


def _told(line: Mapping[str, Any], lang: Lang) -> tuple[str, Tone] | None:
    vi = lang == "vi"
    match line:
        case {"fact": "opened", "receipt": receipt, "lot": lot}:
            return (f"xe tới, mở lô {lot}, phiếu {receipt}" if vi else f"truck: lot {lot}, receipt {receipt}"), "plain"
        case {"fact": "confirmed", "receipt": str(), "load": load, "shown": shown}:
            what = f"lần cân {load}, tịnh {kg(shown, lang)}" if vi else f"load {load}, net {kg(shown, lang)}"
            return f"{what}, {'đã ghi' if vi else 'recorded'}", "good"
        case {"fact": "confirmed", "serial": serial, "shown": shown, "how": "restart"}:
            what = f"thùng {serial}, {kg(shown, lang)}" if vi else f"carton {serial}, {kg(shown, lang)}"
            note = "đã ghi từ trước khi mất điện, không cân lại" if vi else "recorded before the cut, not weighed again"
            return f"{what}: {note}", "good"
        case {"fact": "confirmed", "serial": serial, "shown": shown}:
            what = f"thùng {serial}, {kg(shown, lang)}" if vi else f"carton {serial}, {kg(shown, lang)}"
            return f"{what}, {'đã ghi' if vi else 'recorded'}", "good"
        case {"fact": "closed", "receipt": receipt, "loads": loads}:
            return (
                f"kết thúc phiếu {receipt}: {loads} lần cân" if vi else f"receipt {receipt} closed: {loads} loads"
            ), "plain"
        case {"fact": "tagout", "lot": lot, "kg": mass}:
            return (
                f"thẻ lô {lot} đã ra, {kg(mass, lang)}" if vi else f"tag of lot {lot} came out, {kg(mass, lang)}"
            ), "plain"
        case {"fact": "refusal", "sentence": sentence}:
            return f"{sentence}", "warn"
        case {"fact": "stranger", "what": what}:
            return (f"có lần cân không ai đặt: {what}" if vi else f"a load nobody put on: {what}"), "stop"
        case {"did": "scan", "code": "CMD-LABEL-OUT"}:
            return ("hỏi: nhãn đã ra chưa? – đã ra" if vi else "did the label come out? – it did"), "warn"
        case {"did": "scan", "code": "CMD-REPRINT"}:
            return (
                "hỏi: nhãn đã ra chưa? – chưa, in lại" if vi else "did the label come out? – no, print again"
            ), "warn"
    return None


def _told_of_goods(line: Mapping[str, Any], lang: Lang) -> tuple[str, Tone] | None:
    """Say what became of a lot or a pallet once it was there."""
    vi = lang == "vi"
    match line:
        case {"fact": "moved", "goods": goods, "direction": direction}:
            what = f"{_goods(goods, lang)} {'vào' if direction == 'in' else 'ra'} kho"
            english = f"{_goods(goods, lang)} {'into' if direction == 'in' else 'out of'} the room"
            return (what if vi else english), "plain"
        case {"fact": "inspected", "lot": lot}:
            return (f"lô {lot} đạt" if vi else f"lot {lot} accepted"), "good"
        case {"fact": "palletised", "sscc": sscc, "serials": serials}:
            what = (
                f"{_goods(sscc, lang)}: {len(serials)} {'thùng, nhãn đã ra' if vi else 'cartons, its label came out'}"
            )
            return what, "good"
        case {"fact": "dispatched", "number": number, "pallets": pallets}:
            return (
                f"chuyến {number} đi: {len(pallets)} pallet"
                if vi
                else f"dispatch {number} left: {len(pallets)} pallets"
            ), "good"
    return None


def _goods(code: str, lang: Lang) -> str:
    """Name a lot or a pallet."""
    return f"pallet {code}" if code.isdecimal() else f"{'lô' if lang == 'vi' else 'lot'} {code}"


SCRIPT: Final[Mapping[str, tuple[str, str, Tone]]] = {
    "broker_away": ("mất mạng, vẫn cân được", "no network, weighing goes on", "warn"),
    "broker_back": (
        "đã có mạng, đang gửi bù: {n} bản ghi chờ gửi, mất 0",
        "network is back: {n} entries to send, 0 lost",
        "warn",
    ),
    "killed": ("máy thu thập mất điện (kill -9)", "power cut of the gateway (kill -9)", "stop"),
    "again": ("máy thu thập chạy lại", "the gateway runs again", "plain"),
    "door_open": ("cửa kho lạnh để mở, {t} °C", "cold room door left open, {t} °C", "warn"),
    "door_shut": ("đã đóng cửa kho lạnh", "cold room door shut", "plain"),
    "alarm": ("vượt ngưỡng nhiệt độ: đang báo", "temperature excursion: alarm raised", "stop"),
    "alarm_over": ("nhiệt độ đã về trong ngưỡng: cảnh báo đã hết", "temperature is back: alarm cleared", "good"),
    "judged": ("tổ trưởng đã xem cảnh báo, hàng trong kho được xuất", "the leader has judged the alarm", "plain"),
    "drained": ("tỉnh đã nhận tất cả", "the receiver has everything", "good"),
    "house_over": ("hết ca, tắt máy", "the shift is over, shutting down", "plain"),
}
"""What the demo itself does or sees, by a short name."""

_WHERE: Final = {
    "broker_away": ("Mạng", "Network"),
    "broker_back": ("Mạng", "Network"),
    "drained": ("Mạng", "Network"),
    "door_open": ("Kho lạnh", "Cold room"),
    "door_shut": ("Kho lạnh", "Cold room"),
    "alarm": ("Kho lạnh", "Cold room"),
    "alarm_over": ("Kho lạnh", "Cold room"),
    "judged": ("Kho lạnh", "Cold room"),
}


def scripted(name: str, lang: Lang, **values: object) -> Said:
    """Give a line of the script."""
    vi, en, tone = SCRIPT[name]
    where = _WHERE.get(name, ("Máy thu thập", "Gateway"))
    return Said(where[lang == "en"], (en if lang == "en" else vi).format(**values), tone)


def summary(wall: Mapping[str, Any] | None, counts: Counts, lang: Lang) -> tuple[str, str]:
    """Give the two lines that always stand at the bottom."""
    vi = lang == "vi"
    done = (
        f"Cổng {counts.gate} lần cân · Đóng gói {counts.cartons} thùng, {counts.labels} nhãn"
        f" · {counts.pallets} pallet, xuất {counts.dispatched}"
        if vi
        else f"Gate {counts.gate} loads · Packing {counts.cartons} cartons, {counts.labels} labels"
        f" · {counts.pallets} pallets, {counts.dispatched} gone"
    )
    if wall is None:
        return ("Máy thu thập đang khởi động" if vi else "The gateway is starting"), done
    return _safe(wall, lang), f"{done} · {_room(wall, lang)}"


def _safe(wall: Mapping[str, Any], lang: Lang) -> str:
    vi = lang == "vi"
    confirmed = _time(wall.get("confirmed_at"))
    parts = [f"{wall['on_disk']} bản ghi đã lưu" if vi else f"{wall['on_disk']} entries on disk"]
    parts.append(f"mất {wall['lost']}" if vi else f"{wall['lost']} lost")
    if wall["backlog"]:
        parts.append(f"{wall['backlog']} chờ gửi" if vi else f"{wall['backlog']} to send")
    if not wall["connected"]:
        parts.append("mất mạng" if vi else "no network")
    if confirmed:
        parts.append(f"tỉnh nhận lần cuối {confirmed}" if vi else f"receiver last confirmed {confirmed}")
    return " · ".join(parts)


def _room(wall: Mapping[str, Any], lang: Lang) -> str:
    vi = lang == "vi"
    air = wall.get("rooms", {}).get(ROOM, {})
    celsius = air.get("Temperature")
    shown = "–" if celsius is None else (str(celsius).replace(".", ",") if vi else str(celsius))
    alarms = len(wall.get("alarms", ()))
    alarm = (f"{alarms} cảnh báo" if vi else f"{alarms} alarms") if alarms else ("không cảnh báo" if vi else "no alarm")
    return f"{'Kho lạnh' if vi else 'Cold room'} {shown}\u00a0°C, {alarm}"


def _time(text: str | None) -> str:
    return f"{datetime.fromisoformat(text).astimezone(LOCAL):%H:%M:%S}" if text else ""
