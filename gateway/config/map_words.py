"""What validators beside the register maps say in English, and the same in Vietnamese."""

from typing import Final

from gateway.config.mistakes import Words

FROM_MAPS: Final = (
    (
        r"(\w+) has one register; ABCD, or BADC when its bytes are swapped",
        "{0} chỉ có một thanh ghi; ABCD, hoặc BADC khi đảo byte",
    ),
    (
        r"the words of a string stand in order; ABCD, or BADC when its bytes are swapped",
        "chuỗi không đảo thanh ghi; ABCD, hoặc BADC khi đảo byte",
    ),
    (
        r"a string, and nothing else, needs its length in registers",
        "chỉ kiểu string có length, và phải có: số thanh ghi",
    ),
    (r"functions 1 and 2 give a bit, and no bit number", 'hàm 1 và 2 cho một bit: type = "bit", không có khóa bit'),
    (r"say which bit of the register, 0 to 15", "ghi bit thứ mấy của thanh ghi, 0 đến 15"),
    (
        r"say what the sensor can measure, \[lowest, highest\]",
        "ghi khoảng đo của cảm biến: [thấp nhất, cao nhất]",
    ),
    (r"the first number must be the smaller one", "số đầu phải nhỏ hơn số sau"),
    (r"the value does not fit below 0xFFFF", "giá trị vượt quá thanh ghi 0xFFFF"),
    (
        r"it is the unit's id, or between two numbers; one of the two",
        "hoặc is_id = true, hoặc between = [a, b]; chỉ một trong hai",
    ),
    (
        r"two points have the same quantity; nobody could tell them apart",
        "hai điểm đo cùng quantity; đặt probe khác nhau",
    ),
    (r"(.+) at (\d+) takes more than one read can hold", "{0} ở {1} dài hơn một lần đọc"),
    (r"(.+) at (\d+) lies in one", "{0} ở {1} nằm trong vùng không có thanh ghi"),
    (
        r"without a status, say what the weight can be: \[lowest, highest\]",
        "không có bảng status thì phải ghi khoảng của số: [thấp nhất, cao nhất]",
    ),
    (
        r"too far from the weight to be read together with it",
        "quá xa thanh ghi khối lượng, không đọc chung một lần được",
    ),
)

QUANTITY_FORM: Final = Words(
    'đại lượng của GS1 như "Temperature", hoặc tên riêng "ph:Tu"',
    'a GS1 measurement type such as "Temperature", or an own word as "ph:Word"',
)


def manual_address(address: int) -> Words:
    """An address as manuals count them, where the one on the wire is meant."""
    wire = address % 10_000 - 1
    return Words(
        f"{address} là số trong tài liệu; trên dây là {wire} (đếm từ 0)",
        f"{address} is how manuals count; on the wire it is {wire} (counted from 0)",
    )
