"""A finding: what is wrong, with what, and what to do about it; in Vietnamese and English."""

from dataclasses import dataclass
from typing import Final, Literal

from gateway.config.mistakes import Words

Level = Literal["fault", "notice", "sound"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found out. `cause` is its name for scripts; `evidence` what was seen on the wire or on the disk."""

    cause: str
    about: str
    words: Words
    evidence: str = ""
    level: Level = "fault"

    def as_json(self) -> dict[str, str]:
        """Give it as a JSON object, words in both languages."""
        return {
            "cause": self.cause,
            "about": self.about,
            "level": self.level,
            "vi": self.words.vi,
            "en": self.words.en,
            "evidence": self.evidence,
        }


SENTENCES: Final[dict[str, Words]] = {
    "silent-unit": Words(
        "thiết bị không trả lời: sai địa chỉ, mất nguồn, đứt dây → xem nguồn, địa chỉ, đo A-B",
        "no answer: wrong id, no power, cut wire → check the power, the id, measure A-B",
    ),
    "silent-port": Words(
        "mọi thiết bị im: đảo dây A/B, hỏng bộ chuyển đổi, sai tốc độ → đổi A/B, chạy `gateway scan {port}`",
        "all silent: A/B swapped, adapter broken, wrong speed → swap A/B, run `gateway scan {port}`",
    ),
    "wrong-speed": Words(
        "sai tốc độ hoặc parity: thiết bị trả lời ở {hint} → đặt như vậy",
        "wrong speed or parity: it answers at {hint} → set just that",
    ),
    "garbage": Words(
        "ký tự rác: sai baud hoặc sai parity → thử {hint}",
        "garbage: wrong baud or parity → try {hint}",
    ),
    "crc": Words(
        "sai CRC: thiếu điện trở 120 Ω, dây dài gần biến tần, hoặc hai thiết bị trùng địa chỉ → lắp hai đầu, đi dây "
        "riêng, tách từng cái",
        "wrong CRC: termination, a long cable by an inverter, or two units with one id → terminate both ends, reroute, "
        "separate them",
    ),
    "same-id": Words(
        "chỉ thiết bị này sai CRC: hai thiết bị trùng địa chỉ {unit} → tách từng cái, đặt lại địa chỉ một cái",
        "wrong CRC from this unit alone: two units have the id {unit} → connect them one by one, change one id",
    ),
    "refused": Words(
        "thiết bị sống nhưng không có thanh ghi này: sai bảng thanh ghi, lệch 1 → dùng bảng đúng, thử địa chỉ ±1{hint}",
        "alive, but refuses this register: wrong map, or off by one → use the right map, try the address ±1{hint}",
    ),
    "failing": Words(
        "thiết bị sống nhưng báo lỗi hoặc bận → xem màn hình của nó, khởi động lại",
        "alive, but says that it is busy or has failed → look at its display, restart it",
    ),
    "late": Words(
        "trả lời trễ {ms} ms → tăng answer_within_s lên {s}",
        "answers {ms} ms late → set answer_within_s = {s}",
    ),
    "two-masters": Words(
        "có máy khác cũng hỏi trên bus → tắt một máy",
        "another master asks on this bus → stop one of the two",
    ),
    "talks-unasked": Words(
        "có thiết bị tự gửi khi chưa hỏi → tắt chế độ tự báo của nó",
        "something talks unasked → turn its auto-report off",
    ),
    "echo": Words("bộ chuyển đổi dội lại lệnh → đặt echo = true", "the adapter echoes what is sent → set echo = true"),
    "no-echo": Words(
        "bộ chuyển đổi không dội lại lệnh → bỏ echo = true", "the adapter does not echo → take echo = true out"
    ),
    "foreign-answer": Words(
        "thiết bị khác trả lời thay: có hai máy hỏi, hoặc trả lời trễ → tắt một máy, tăng answer_within_s",
        "another unit answered: two masters, or a late answer → stop one, raise answer_within_s",
    ),
    "word-order": Words(
        "số đo vô lý → đổi order trong bảng thanh ghi, so với nhiệt kế",
        "absurd value → another order in the register map; compare with a thermometer",
    ),
    "sensor-fault": Words(
        "85,0 / −127 / 7FFF là mã lỗi hoặc ngoài khoảng đo, không phải số đo → xem dây đầu dò",
        "an error value or out of range, not a measurement → check the probe",
    ),
    "load-cell": Words(
        "bộ truyền cân báo lỗi, không có khối lượng → xem dây và đầu loadcell, xem màn hình của nó",
        "the transmitter reports an error instead of a weight → check the load cell and its wires, look at its display",
    ),
    "port-missing": Words(
        "không thấy cổng → cắm lại; các cổng hiện có: {known}", "no such port → plug it in; there are: {known}"
    ),
    "renumbered": Words(
        "ttyUSB đổi số sau khi cắm lại → dùng tên cố định: {known}",
        "the ttyUSB number changes on replug → use the stable name: {known}",
    ),
    "twin-adapters": Words(
        "hai bộ chuyển đổi không có số sê-ri trùng một tên → dùng by-path, dán nhãn cổng USB",
        "two adapters without a serial number share one name → use by-path, mark the USB sockets",
    ),
    "port-taken": Words(
        "cổng bị {holder} giữ → gỡ hoặc cho bỏ qua bằng luật udev",
        "the port is held by {holder} → remove it, or make it ignore the port with a udev rule",
    ),
    "grabber": Words(
        "{holder} đang chạy và hay chiếm cổng CH340/ACM → gỡ hoặc cho bỏ qua bằng luật udev",
        "{holder} is running and grabs CH340/ACM ports → remove it, or make it ignore them with a udev rule",
    ),
    "no-permission": Words(
        "không có quyền mở cổng → thêm người dùng vào nhóm {group}",
        "no permission to open the port → add the user to the group {group}",
    ),
    "no-network": Words(
        "không nối được tới {where} → xem dây mạng, địa chỉ, nguồn của bộ chuyển đổi",
        "cannot reach {where} → check the network cable, the address, the converter's power",
    ),
    "spoilt-frames": Words(
        "{bad}/{all} khung của cân bị hỏng: nhiễu, dây dài hoặc lỏng → dây ngắn có chống nhiễu, xa biến tần",
        "{bad} of {all} frames are spoilt: noise, a long or loose cable → a short shielded one, away from inverters",
    ),
    "scale-protocol": Words(
        "khung giống {like} chứ không phải {configured} → đổi protocol, thử bằng quả cân đã biết",
        "frames look like {like}, not {configured} → change protocol, prove it with a known weight",
    ),
    "disk-full": Words(
        "đĩa đầy {percent} % → dọn, `gateway export`", "the disk is {percent} % full → clear it, `gateway export`"
    ),
    "disk-read-only": Words(
        "đĩa chỉ đọc: thẻ nhớ hỏng → sao lưu ngay, thay thẻ",
        "the disk is read-only: the card is failing → back up, replace it",
    ),
    "clock-unsynced": Words(
        "đồng hồ chưa đồng bộ: không tới được NTP → mở UDP 123 hoặc đặt NTP nội bộ",
        "the clock is not synchronised: no NTP → open UDP 123, or set up an NTP server of your own",
    ),
    "clock-wrong": Words(
        "đồng hồ sai {days} ngày; TLS từ chối vì giờ, không phải vì chứng thư → chỉnh giờ, mở UDP 123",
        "the clock is {days} days off; TLS fails for the clock, not the certificate → set it, open UDP 123",
    ),
    "certificate-expires": Words(
        "chứng thư hết hạn ngày {date} (còn {days} ngày) → xin tỉnh cấp mới",
        "the certificate expires on {date} ({days} days left) → ask the province for a new one",
    ),
    "under-voltage": Words(
        "điện yếu (Raspberry Pi báo under-voltage) → đổi nguồn, bớt thiết bị USB",
        "under-voltage (says the Raspberry Pi) → a better supply, fewer USB devices",
    ),
    "daemon-runs": Words(
        "gateway đang chạy và giữ các cổng: chỉ xem được máy và trạng thái → systemctl stop gateway để khám thiết bị",
        "the gateway is running and holds the ports: only the machine is examined → systemctl stop gateway first",
    ),
    "source-down": Words("gateway không nghe được: {why}", "the gateway cannot hear it: {why}"),
    "sound": Words("tốt: {what}", "sound: {what}"),
}
"""By cause: what is wrong, then the cure."""


def finding(cause: str, about: str, evidence: str = "", level: Level = "fault", **values: object) -> Finding:
    """Make a finding with its sentence, the values put in."""
    words = SENTENCES[cause]
    return Finding(cause, about, Words(words.vi.format(**values), words.en.format(**values)), evidence, level)
