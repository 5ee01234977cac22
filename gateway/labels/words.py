"""What is wrong with a label, in Vietnamese: the sentences of LabelRefused for the people who set labels up."""

import re
from typing import Final

_SENTENCES: Final = (
    (
        r"(.+?): the label's font has no (.+) \(in (.+)\)",
        "{0}: phông chữ của nhãn không có {1} (trong {2}); viết chữ khác",
    ),
    (
        r"(.+?): (.+) does not fit its (?:box|row), even at (\d+) dots; .+",
        "{0}: {1} không vừa ô dù chữ chỉ cao {2} chấm; viết ngắn hơn hoặc chọn nhãn lớn hơn",
    ),
    (
        r"a QR module would be (\d+) dots, it needs (\d+): (\d+) characters in (.+) mm; .+",
        "ô QR {0} chấm, cần ít nhất {1} ({2} ký tự trong {3} mm); nhãn lớn hơn hoặc tên miền ngắn hơn",
    ),
    (
        r"(.+?): the (\S+) of (.+) is (\d+) x (\d+) dots with its quiet zone, its box only (\d+) x (\d+); .+",
        "{0}: mã {1} cần {3} x {4} chấm kể cả vùng trắng, ô chỉ {5} x {6}; nhãn lớn hơn hoặc vạch nhỏ hơn",
    ),
    (r"(.+) makes no (\S+) symbol: (.+)", "{0} không tạo được mã {1}: {2}"),
    (
        r"the label is (\d+) dots wide, the printer's head only (\d+)",
        "nhãn rộng {0} chấm, đầu in chỉ {1}; chọn mẫu hẹp hơn",
    ),
    (r"(.+) is missing; (?:this template|the QR) needs it", "thiếu {0}; mẫu này cần có"),
    (r"the (\S+) entry does not say its (.+), which its label must show", "bản ghi {0} thiếu {1}, nhãn phải có"),
    (r"the drawn label reads as (.+), not as (.+)", "nhãn vẽ ra đọc được {0}, không phải {1}; báo kỹ thuật"),
    (r"the template is for a (\S+), the entry is a (\S+)", "mẫu này dành cho {0}, bản ghi là {1}"),
)


def in_vietnamese(message: str) -> str:
    """Give a sentence of LabelRefused in Vietnamese; one that nobody meets while setting up stays as it is."""
    for pattern, sentence in _SENTENCES:
        if match := re.fullmatch(pattern, message):
            return sentence.format(*match.groups())
    return message
