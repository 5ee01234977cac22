"""What a station has to say about the last scan and the present load."""

from collections.abc import Mapping

from gateway.record.display import Shown
from gateway.station import Show

SHOWN_S = 5.0
"""How long what became of a scan stays on screen when nothing else happens."""

_OFF_TARGET = {"under": Show.UNDER, "over": Show.OVER}


class Notices:
    """A refused scan fades; a refused load is refused for as long as it stands there unchanged."""

    def __init__(self) -> None:
        self.refusal: Shown | None = None
        self.notice: Shown | None = None
        self._until: float | None = None
        self._of_load = False

    @property
    def scan_refused(self) -> bool:
        """Whether what is being refused is a scan, and not the load."""
        return self.refusal is not None and not self._of_load

    @property
    def quiet(self) -> bool:
        """Whether nothing is being said."""
        return self.notice is None and self.refusal is None

    def refuse_scan(self, sentence: str, values: Mapping[str, str], monotonic: float) -> None:
        """Show for a while why a scan was not taken."""
        self.refusal = Shown(Show.REFUSED, sentence, values)
        self._of_load, self._until = False, monotonic + SHOWN_S

    def refuse_load(self, sentence: str, values: Mapping[str, str]) -> bool:
        """Show why the load does not count; say whether that is a refusal, and not just short of its target."""
        show = _OFF_TARGET.get(sentence, Show.REFUSED)
        self.refusal, self._of_load, self._until = Shown(show, sentence, values), True, None
        return show is Show.REFUSED

    def tell(self, sentence: str, values: Mapping[str, str], monotonic: float) -> None:
        """Say for a while what became of a scan, when nothing else asks for attention."""
        self.notice, self._until = Shown(Show.READY, sentence, values), monotonic + SHOWN_S

    def scanned(self) -> None:
        """A new scan: what was said of the one before is over."""
        self.notice = None
        if not self._of_load:
            self.refusal = None

    def load_changed(self) -> None:
        """The load is not what it was: what was said of it is over."""
        if self._of_load:
            self.refusal, self._of_load = None, False

    def expire(self, monotonic: float) -> None:
        """Let what was said of a scan fade."""
        if self._until is not None and monotonic >= self._until:
            self.scanned()
            self._until = None
