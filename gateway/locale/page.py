"""The page's own words: captions, buttons and states, Vietnamese and English."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # places
        "stations": ("Trạm", "Stations"),
        "rooms": ("Kho lạnh", "Cold rooms"),
        "lots": ("Lô", "Lots"),
        "devices": ("Thiết bị", "Devices"),
        "choose_station": ("Chọn trạm", "Choose a station"),
        # the connection
        "page_cut": ("Mất kết nối", "Connection lost"),
        "restarting": ("Đang khởi động lại", "Restarting"),
        "wait_reconnect": ("Dừng tay, chờ nối lại", "Stop, it is reconnecting"),
        "stale_for": ("Số cũ {s} giây · đang nối lại", "Stale for {s} s · reconnecting"),
    }
)
"""Word id to Vietnamese and English; values by name."""
