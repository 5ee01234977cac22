"""The page's words in both languages: sentences of the locale, captions and buttons of `page` and `views` there."""

from typing import Any, Final

from gateway.locale import en, page, vi, views

_PAGE: Final = {**page.WORDS, **views.WORDS}


def words() -> dict[str, Any]:
    """Give all a browser needs to speak both languages; a sentence is two lines in Vietnamese, one in English."""
    return {
        "vi": {
            "sentences": {id_: list(lines) for id_, lines in vi.SENTENCES.items()},
            "page": {id_: one for id_, (one, _) in _PAGE.items()},
        },
        "en": {
            "sentences": dict(en.SENTENCES),
            "page": {id_: other for id_, (_, other) in _PAGE.items()},
        },
    }
