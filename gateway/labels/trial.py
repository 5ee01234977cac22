"""Labels on trial: what an ordinary label of each kind says, to draw one before there is an event."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.labels.fields import NO_BREAK, Kind

SAMPLES: Final[Mapping[Kind, Mapping[str, str]]] = MappingProxyType(
    {
        "carton": {
            "product": "Sầu riêng Ri6",
            "lot": "H261121-0042",
            "serial": "261121000001",
            "gtin": "99521234000054",
            "net": f"10,25{NO_BREAK}kg",
            "packed": "21/11/2026",
            "harvested": "20/11/2026",
            "best_before": "05/12/2026",
            "area": "VN-XXOR-0000",
            "facility": "VN-XXPH-000",
            "uri": "https://trace.example.org/01/99521234000054/10/H261121-0042/21/261121000001"
            "?13=261121&15=261205&3102=001025",
            "elements": "(01)99521234000054(13)261121(15)261205(3102)001025(10)H261121-0042(21)261121000001",
        },
        "lot": {
            "product": "Sầu riêng Ri6",
            "lot": "H261121-0042",
            "gtin": "99521234000016",
            "net": f"1254,5{NO_BREAK}kg",
            "harvested": "20/11/2026",
            "area": "VN-XXOR-0000",
            "receipt": "R261121-0042",
            "crates": "48",
            "grade": "A",
            "uri": "https://trace.example.org/01/99521234000016/10/H261121-0042?3101=012545&7007=261120",
            "elements": "(01)99521234000016(3101)012545(7007)261120(10)H261121-0042",
        },
        "receipt": {
            "product": "Sầu riêng Ri6",
            "lot": "H261121-0042",
            "gtin": "99521234000016",
            "net": f"1254,5{NO_BREAK}kg",
            "gross": f"1326,5{NO_BREAK}kg",
            "tare": f"66,5{NO_BREAK}kg",
            "deduction": f"5,5{NO_BREAK}kg",
            "weighed": "21/11/2026 06:15",
            "harvested": "20/11/2026",
            "area": "VN-XXOR-0000",
            "farm": "FARM-0042",
            "receipt": "R261121-0042",
            "crates": "48",
            "loads": "5",
            "uri": "https://trace.example.org/01/99521234000016/10/H261121-0042?3101=012545&7007=261120",
            "elements": "(01)99521234000016(3101)012545(7007)261120(10)H261121-0042",
        },
        "pallet": {
            "sscc": "395212340000000014",
            "sscc_elements": "(00)395212340000000014",
            "contents": "(02)99521234000054(37)60",
            "unit_elements": "(00)395212340000000014(02)99521234000054(13)261121(3301)006725(37)60(10)H261121-0042",
            "product": "Sầu riêng Ri6",
            "cartons": "60",
            "net": f"615,00{NO_BREAK}kg",
            "gross": f"672,5{NO_BREAK}kg",
            "lots": "H261121-0042",
            "packed": "21/11/2026",
            "area": "VN-XXOR-0000",
            "facility": "VN-XXPH-000",
            "uri": "https://trace.example.org/00/395212340000000014",
        },
        "test": {
            "printer": "pack-1-printer",
            "language": "tspl",
            "head": "832",
            "printed": "21/11/2026 06:00",
            "uri": "TEST pack-1-printer",
        },
    }
)
"""One ordinary label of each kind. Codes are GS1's demonstration codes, names invented."""
