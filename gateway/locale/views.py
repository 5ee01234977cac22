"""The words of the page's components and of its rooms, lots and devices: Vietnamese and English."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # components
        "go_back": ("Quay lại", "Go back"),
        "signed_in": ("Đang làm việc", "Signed in"),
        "pin_erase": ("Lùi một số", "Erase one digit"),
        "confirm_disk": ("Đã ghi", "On disk"),
        "confirm_broker": ("Đã gửi", "Sent"),
        "confirm_province": ("Tỉnh đã nhận", "Province received"),
        "confirm_returned": ("Tỉnh trả lại", "Province returned"),
        "gauge_under": ("Thiếu", "Under"),
        "gauge_good": ("Đạt", "Good"),
        "gauge_over": ("Thừa", "Over"),
    }
)
"""Word id to Vietnamese and English; values by name."""
