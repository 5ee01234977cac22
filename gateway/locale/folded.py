"""Text as it is searched: without marks and capitals, so that `ri6 sau rieng` finds `Sầu riêng Ri6`."""

import unicodedata


def folded(text: str) -> str:
    """Give text without diacritics, in lower case; đ becomes d, which no normal form does by itself."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return plain.replace("đ", "d").replace("Đ", "D").casefold()
