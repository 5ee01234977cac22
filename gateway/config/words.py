"""Every sentence about a mistake in a configuration file, Vietnamese and English: what is wrong, then the cure."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from gateway.config.map_words import FROM_MAPS, QUANTITY_FORM
from gateway.config.mistakes import Words, did_you_mean

INTEGER: Final = Words("số nguyên", "an integer")
NUMBER: Final = Words("số", "a number")
STRING: Final = Words("chuỗi", "a string")
BOOLEAN: Final = Words("true hoặc false", "true or false")
TABLE: Final = Words("bảng", "a table")
ARRAY: Final = Words("mảng", "an array")
DATE: Final = Words("ngày (2027-03-31)", "a date (2027-03-31)")

UNKNOWN_KEY: Final = Words("không có khóa này", "is not a setting here")
MISSING: Final = Words("thiếu khóa bắt buộc", "required, missing")
MISSING_TABLE: Final = Words("thiếu bảng bắt buộc", "required table, missing")
SECRET: Final = Words(
    "mật khẩu không ghi trong tệp này; ghi vào tệp riêng (0600) và trỏ tới bằng khóa *_file",
    "no secrets in this file; write it to a file of its own (0600) and name that with the *_file key",
)
ACKNOWLEDGE: Final = Words(
    'phải chọn: "receiver" (tỉnh báo đã ghi, an toàn) hoặc "broker" (yếu hơn, có thể mất dữ liệu)',
    'choose: "receiver" (the province said it is stored, safe) or "broker" (weaker, data may be lost)',
)
NOT_UTF8: Final = Words("tệp không phải UTF-8; lưu lại bằng UTF-8", "file is not UTF-8; save it as UTF-8")
NO_SLIPS: Final = Words(
    "phiếu cân chỉ in ở cổng nhận hàng: bỏ 'slip_printer'", "only the gate prints slips: take 'slip_printer' out"
)
NO_ROOM: Final = Words("trạm ở cửa kho phải có kho: đặt 'room'", "a station at a door needs a room: set 'room'")
NO_SCALE: Final = Words("trạm này phải có cân: đặt 'scale'", "this station needs a scale: set 'scale'")
NO_SCANNER: Final = Words("trạm này phải có máy quét: đặt 'scanner'", "this station needs a scanner: set 'scanner'")
LOWER_ABOVE_UPPER: Final = Words("ngưỡng dưới cao hơn ngưỡng trên", "the lower limit is not below the upper one")
NAME_IS_KEPT: Final = Words(
    "gateway không được tên 'register': danh mục của tỉnh dùng tên này",
    "a gateway cannot be called 'register': the province's registers use that name",
)
NAME_FORM: Final = Words(
    "tên phải là 1 đến 20 chữ cái không dấu, chữ số hoặc '-'", "a name must be 1 to 20 letters, digits or '-'"
)
UNUSUAL_AREA: Final = Words("mã số vùng trồng khác mẫu thường gặp", "unusual growing-area code")
UNUSUAL_FACILITY: Final = Words("mã số cơ sở đóng gói khác mẫu thường gặp", "unusual packing-facility code")

DEVICE: Final = Words("thiết bị", "device")
SCANNER: Final = Words("máy quét", "barcode scanner")
SCALE: Final = Words("cân", "scale")
PRINTER: Final = Words("máy in", "printer")
ROOM: Final = Words("kho lạnh", "room")
CRATE: Final = Words("loại sọt", "crate type")
PRODUCT: Final = Words("sản phẩm", "product")
TEMPLATE: Final = Words("mẫu nhãn", "label template")
MARKET: Final = Words("thị trường", "market")
CHANNEL: Final = Words("cảm biến (thiết bị/kênh)", "sensor (device/channel)")
SCALE_ON_BUS: Final = Words("cân trên bus (bus/kênh)", "scale on a bus (bus/channel)")
QUANTITY: Final = Words("đại lượng", "quantity")
RULE: Final = Words("quy tắc", "rule")
NAME: Final = Words("tên", "name")
PORT: Final = Words("cổng", "port")
ADDRESS: Final = Words("địa chỉ", "address")
SOURCE: Final = Words("thiết bị", "source")

NOT_893: Final = Words(
    "tiền tố không phải 893 (Việt Nam); xem lại mã doanh nghiệp",
    "the prefix is not 893 (Viet Nam); check the company prefix",
)
NO_GS1: Final = Words(
    "chưa có gln và company_prefix (chưa là thành viên GS1): mã QR mang địa chỉ riêng, không in mã vạch GS1",
    "neither gln nor company_prefix (no member of GS1): QR codes hold private addresses, GS1 symbols are off",
)
GTIN_UNUSED: Final = Words(
    "có GTIN nhưng site thiếu gln và company_prefix; bỏ GTIN, hoặc khai cả hai",
    "a GTIN, but the site has neither gln nor company_prefix; take it out, or give both",
)
NO_GTIN: Final = Words(
    "thiếu GTIN; chỉ cơ sở chưa là thành viên GS1 mới bỏ được",
    "required, missing; only a house that is no member of GS1 does without",
)
NUMBERED_USB: Final = Words(
    "số trong /dev/usb/lp0 đổi khi cắm lại; dùng tên cố định do luật udev đặt (docs/labels.md)",
    "the number in /dev/usb/lp0 changes on replug; use a stable name made by a udev rule (docs/labels.md)",
)
PAGE_WITHOUT_PINS: Final = Words(
    'mở trang ra mạng mà chưa đặt mã PIN; đặt PIN (gateway pin), hoặc host = "127.0.0.1"',
    'bound beyond loopback without PINs; set one (gateway pin), or host = "127.0.0.1"',
)
READABLE_SECRET: Final = Words(
    "tệp bí mật người khác đọc được; chạy chmod 600", "a secret that others can read; run chmod 600 on it"
)

_FORMS: Final = {
    r"^\d{13}$": Words("13 chữ số", "13 digits"),
    r"^\d{14}$": Words("14 chữ số", "14 digits"),
    r"^\d{7,10}$": Words("7 đến 10 chữ số", "7 to 10 digits"),
    r"^[A-Za-z0-9_-]{1,32}$": Words(
        "1 đến 32 chữ cái không dấu, chữ số, '-' hoặc '_'", "1 to 32 letters, digits, '-' or '_'"
    ),
    r"^(ph:)?[A-Za-z][A-Za-z0-9]*$": QUANTITY_FORM,
    r"^28-[0-9a-f]{12}$": Words("số ROM như 28-0316a2795bff", "a ROM number such as 28-0316a2795bff"),
    r"^[78][NEO][12]$": Words("số bit, parity, stop: 8N1, 8E1, 7E1 …", "data bits, parity, stop bits: 8N1, 8E1, 7E1 …"),
    r"^([01]\d|2[0-3]):[0-5]\d$": Words("giờ HH:MM, 24 giờ", "a time HH:MM, 24 hours"),
}

_FROM_OWNERS: Final = (
    (r"no scale protocol '(.+)'; (.+)", "không có giao thức cân '{0}'; {1}"),
    (r"no map '(.+?)' of a weighing transmitter; (.+)", "không có bảng thanh ghi bộ truyền cân '{0}'; {1}"),
    (r"no map '(.+?)'; (.+)", "không có bảng thanh ghi '{0}'; {1}"),
    (r"no text encoding '(.+)'; for example (.+)", "không có bảng mã '{0}'; ví dụ {1}"),
    (r"a (.+) scale takes no questions, it talks by itself", "cân {0} không nhận câu hỏi, nó tự gửi"),
    (r"(.+) knows no addresses", "giao thức {0} không có địa chỉ"),
    (
        r"(.+) frames name no unit; say what the scale shows: (.+) or (.+)",
        "khung {0} không ghi đơn vị; cho biết cân hiện đơn vị gì: {1} hoặc {2}",
    ),
    (
        r"a bus has a port \(RTU\) or a host \(TCP\), one of the two",
        "bus phải có port (RTU) hoặc host (TCP), chỉ một trong hai",
    ),
    (r"a bus needs at least one unit or scale", "bus phải có ít nhất một thiết bị: bảng unit hoặc scale"),
    (r"a unit has this name too; nobody could tell them apart", "đã có unit trùng tên này; đặt tên khác"),
    (
        r"these registers hold digits without a point; say how many the display shows",
        "thanh ghi không ghi dấu thập phân; ghi số chữ số thập phân trên màn hình",
    ),
    (r"must be 1 to 247 \(found (.+)\)", "phải từ 1 đến 247, đang là {0}"),
    (r"(\S+) is taken by (.+)", "địa chỉ {0} đã dùng cho {1}"),
    (
        r"(/dev/input/event\d+) may be another device after the next start; (.+)",
        "{0} đổi số khi cắm lại; dùng tên trong /dev/input/by-id (-event-kbd)",
    ),
    (r"needs 'above' or 'below'", "thiếu ngưỡng: đặt 'above' hoặc 'below'"),
    (r"'below' must be lower than 'above'", "ngưỡng dưới cao hơn ngưỡng trên: 'below' phải nhỏ hơn 'above'"),
    (r"wrong check digit, should be (\d)", "sai số kiểm tra, đúng là {0}"),
    (
        r"gln and company_prefix go together: give both, or neither",
        "gln và company_prefix đi cùng nhau: đặt cả hai hoặc không đặt",
    ),
    (r"is no regular expression: (.+)", "không phải biểu thức chính quy: {0}"),
    (r"the gln does not begin with it", "GLN không bắt đầu bằng tiền tố này"),
    (
        r"952 is GS1's demonstration prefix; use your own, or set site.demo = true",
        "952 là tiền tố GS1 dùng để minh họa; dùng mã của mình, hoặc đặt site.demo = true",
    ),
    (
        r"certificate and key go together: give both, or neither",
        "certificate và key đi cùng nhau: đặt cả hai hoặc không đặt",
    ),
    (r"needs a username beside it", "phải có username đi cùng"),
    (
        r"a printer has a host \(TCP\), usb or serial, one of the three",
        "máy in phải có host (TCP), usb hoặc serial, chỉ một trong ba",
    ),
    (r"density: (\w+) knows 0 to (\d+) \(found (\d+)\)", "density: {0} chỉ nhận 0 đến {1}, đang là {2}"),
    (
        r"(.+) is no device; use its name under /dev, for example (.+)",
        "{0} không phải thiết bị; dùng tên trong /dev, ví dụ {1}",
    ),
)
"""What validators beside the code say in English, and the same in Vietnamese."""

_CLAUSES: Final = (
    (r"did you mean '?(.+?)'?\?", "có phải '{0}' không?"),
    (r"there are (.+)", "hiện có: {0}"),
)


def from_owner(message: str, found: object) -> Words:
    """Say in both languages what a validator beside the code said in English."""
    if isinstance(found, str) and re.fullmatch(r"/dev/tty(USB|ACM)\d+", found):
        return unstable_port(found)
    english = re.sub(r"did you mean ([\w-]+)\?", r"did you mean '\1'?", message)
    return Words(_translated(message, (*_FROM_OWNERS, *FROM_MAPS)), english)


def _translated(message: str, sentences: Iterable[tuple[str, str]]) -> str:
    for pattern, sentence in sentences:
        if match := re.fullmatch(pattern, message):
            return sentence.format(*(_translated(group, _CLAUSES) for group in match.groups()))
    return message


def missing(key: str) -> Words:
    """A required key is not there; the one whose choice matters says what there is to choose."""
    return ACKNOWLEDGE if key == "acknowledge" else MISSING


def no_such_value(found: object, choices: Iterable[str]) -> Words:
    """A word was expected out of a few."""
    return Words(f"không có giá trị '{found}'", f"no such value '{found}'") + did_you_mean(found, choices)


def no_such_name(what: Words, found: str, known: Iterable[str]) -> Words:
    """A table names another that is not there."""
    return Words(f"không có {what.vi} tên '{found}'", f"no {what.en} named '{found}'") + did_you_mean(found, known)


def wrong_type(wanted: Words, found: Words) -> Words:
    """One type was expected, another came."""
    return Words(f"phải là {wanted.vi}, đang là {found.vi}", f"must be {wanted.en}, found {found.en}")


def decimal_comma(found: str) -> Words:
    """A number was written the Vietnamese way."""
    point = found.replace(",", ".")
    return Words(
        f"viết số thập phân bằng dấu chấm: {point}, không phải {found}",
        f"write decimals with a point in this file: {point}, not {found}",
    )


def without_quotes(found: str) -> Words:
    """A number was written as a string."""
    return Words(f"viết số không có dấu nháy: {found}", f"write a number without quotes: {found}")


def out_of_range(edges: Mapping[str, Any], found: object) -> Words:
    """A number is beyond what the setting allows; each edge that there is is named."""
    low, high = edges.get("ge", edges.get("gt")), edges.get("le", edges.get("lt"))
    if low is None:
        vi, en = f"nhiều nhất {high}", f"at most {high}"
    elif high is None and "ge" in edges:
        vi, en = f"ít nhất {low}", f"at least {low}"
    elif high is None:
        vi, en = f"lớn hơn {low}", f"more than {low}"
    else:
        more = ("", "") if "ge" in edges else ("lớn hơn ", "more than ")
        vi, en = f"từ {low} đến {high}", f"{low} to {high}"
        if more[0]:
            vi, en = f"{more[0]}{low}, nhiều nhất {high}", f"{more[1]}{low}, at most {high}"
    return Words(f"phải {vi}, đang là {found}", f"must be {en} (found {found})")


def wrong_form(found: object, pattern: str) -> Words:
    """A string does not look as it must."""
    form = _FORMS.get(pattern, Words(pattern, pattern))
    return Words(f"phải là {form.vi}; đang là '{found}'", f"must be {form.en} (found '{found}')")


def syntax(column: int, message: str) -> Words:
    """The file is no TOML from here on."""
    return Words(
        f"sai cú pháp TOML ở cột {column} ({message}); sửa dòng này",
        f"TOML syntax error at column {column} ({message}); mend this line",
    )


def set_twice(what: str) -> Words:
    """A key or table stands twice in the file."""
    return Words(f"'{what}' đã đặt ở trên; bỏ một chỗ", f"'{what}' is already set above; take one away")


def used_twice(what: Words, found: str, line: int | None) -> Words:
    """What only one may have is already taken."""
    return Words(f"{what.vi} {found} đã dùng ở dòng {line}", f"{what.en} {found} is already used on line {line}")


def own_name(what: Words, found: str) -> Words:
    """The gateway itself goes by this name."""
    return Words(f"{what.vi} {found} là tên gateway tự dùng", f"{what.en} {found} is a name the gateway uses itself")


def unstable_port(port: str, directory: Path = Path("/dev/serial")) -> Words:
    """A port's number changes on replug; name the stable links of this machine that lead to it, or all there are."""
    links = {
        str(link): os.path.realpath(link)
        for kind in ("by-id", "by-path")
        if (directory / kind).is_dir()
        for link in sorted((directory / kind).iterdir())
    }
    ours = [link for link, target in links.items() if target == os.path.realpath(port)] or list(links)
    names = ", ".join(ours) or "/dev/serial/by-id/…"
    return Words(
        f"số của {port} đổi khi cắm lại; dùng tên cố định: {names}",
        f"the number in {port} changes on replug; use the stable name: {names}",
    )


def no_file(path: str) -> Words:
    """A file that the config points to is not there."""
    return Words(f"không thấy tệp {path}", f"there is no file {path}")


def not_a_table(found: object) -> Words:
    """A value stands where a table of keys is meant."""
    return Words(f"phải là bảng [...], đang là {found!r}", f"must be a table [...], found {found!r}")


def set_in(file: str, line: int | None) -> Words:
    """The same id stands in two register files."""
    return Words(f"đã đặt ở {file}:{line}; bỏ một chỗ", f"is already set in {file}:{line}; take one away")


def wrong_check_digit(right: str) -> Words:
    """A GTIN whose last digit does not fit the others."""
    return Words(f"GTIN sai số kiểm tra, đúng là {right}", f"GTIN: wrong check digit, should be {right}")


def wrong_gln(right: str) -> Words:
    """A GLN whose last digit does not fit the others."""
    return Words(f"GLN sai số kiểm tra, đúng là {right}", f"GLN: wrong check digit, should be {right}")


def other_kind(name: str, driver: str, what: Words) -> Words:
    """A station names a device of another kind than it needs there."""
    return Words(f"'{name}' là {driver}, không phải {what.vi}", f"'{name}' is a {driver}, not a {what.en}")


_LABELS: Final = {
    "carton": Words("nhãn thùng", "carton label"),
    "lot": Words("thẻ lô", "lot tag"),
    "receipt": Words("phiếu cân", "weigh slip"),
    "pallet": Words("nhãn pallet", "pallet label"),
    "test": Words("nhãn thử", "test label"),
}


def no_printer(key: str) -> Words:
    """A template is set, and no printer for it."""
    return Words(f"có nhãn nhưng thiếu máy in: đặt thêm '{key}'", f"a label but no printer: set '{key}' too")


def no_label(key: str) -> Words:
    """A printer is set, and no template for it."""
    return Words(f"có máy in nhưng chưa chọn mẫu nhãn: đặt thêm '{key}'", f"a printer but no label: set '{key}' too")


def other_label(name: str, kind: str, step: str) -> Words:
    """A station prints a template made for something else."""
    made_for = _LABELS.get(kind, Words(kind, kind))
    return Words(
        f"mẫu '{name}' là {made_for.vi}, không dùng được cho {step}",
        f"template '{name}' is a {made_for.en}, not for {step}",
    )


def gs1_label(name: str) -> Words:
    """A template with GS1 symbols in a house that has no GS1 keys."""
    return Words(
        f"mẫu '{name}' có mã vạch GS1, cần site.gln và site.company_prefix; chọn mẫu chỉ có QR",
        f"template '{name}' has a GS1 symbol, which needs site.gln and site.company_prefix; choose one with a QR only",
    )


def label_too_wide(width: int, head: int) -> Words:
    """A template does not go through the head of the printer."""
    return Words(
        f"nhãn rộng {width} chấm, đầu in chỉ {head}; chọn mẫu hẹp hơn",
        f"label is {width} dots wide, the head only {head}; choose a narrower template",
    )


def slow_line(baud: int, seconds: float) -> Words:
    """A label takes long over a serial line."""
    return Words(
        f"ở {baud} baud mỗi nhãn mất {seconds:.0f} s; dùng 115200 baud, USB hoặc mạng",
        f"at {baud} baud each label takes {seconds:.0f} s; use 115200 baud, USB or the network",
    )


def other_baud(model: str, baud: int, ours: int) -> Words:
    """A sensor is sold with another speed than the bus is set to."""
    return Words(
        f"{model} xuất xưởng {baud} baud, bus đang {ours}; một bus chỉ chạy một tốc độ",
        f"{model} is sold with {baud} baud, the bus runs {ours}; one bus, one speed",
    )


def unverified_map(model: str) -> Words:
    """A register map that nobody has proven with a real device."""
    return Words(
        f"bảng thanh ghi {model} chưa được kiểm chứng; so số đo đầu tiên với nhiệt kế hoặc máy đo khác",
        f"the register map of {model} is unverified; compare its first values with another instrument",
    )


def unverified_scale(model: str) -> Words:
    """A transmitter's map that nobody has proven with a real device."""
    return Words(
        f"bảng thanh ghi {model} chưa được kiểm chứng; thử bằng quả cân đã biết",
        f"the register map of {model} is unverified; prove it with a known weight",
    )


def bus_busy(round_s: float, busy: float) -> Words:
    """A serial bus has more to ask than it has time."""
    return Words(
        f"đọc hết một vòng mất {round_s:.2f} s, bus bận {busy:.0%}; tăng every_s, hoặc chia bus",
        f"a round takes {round_s:.2f} s, the bus is {busy:.0%} busy; slower every_s, or split the bus",
    )
