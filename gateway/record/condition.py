"""A condition of the gateway itself, as an alarm: raised once, cleared when over, whatever restarts lie between."""

from collections.abc import Callable, Iterator

from gateway.alarm import Alarm, of_gateway
from gateway.event import Event, Tick


class Condition:
    """Judges one condition at each tick, by what `ask` says of it.

    `ask` gives the sentence for people while the condition stands, "" while it does not, and None as long as nothing is
    known (right after a start): then nothing is raised, and what was raised before is not cleared. It is asked at most
    once in `every_s` seconds, and again at the next tick as long as it knows nothing.
    """

    def __init__(self, name: str, gateway: str, ask: Callable[[], str | None], *, every_s: float = 0.0) -> None:
        self._name = name
        self._gateway = gateway
        self._ask = ask
        self._every_s = every_s
        self._asked_at = float("-inf")
        self._raised: Alarm | None = None

    def resume(self, alarm: Alarm) -> bool:
        """Take up the alarm as it was raised before a restart; say whether it is ours."""
        if alarm.rule != self._name or alarm.source != self._gateway:
            return False
        self._raised = alarm
        return True

    def see(self, seen: Event | Tick) -> Iterator[Alarm]:
        """Let time pass; yield the alarm, with no id yet, when the condition begins or ends."""
        if isinstance(seen, Event) or seen.monotonic - self._asked_at < self._every_s:
            return
        sentence = self._ask()
        if sentence is None:
            return
        self._asked_at = seen.monotonic
        if sentence and self._raised is None:
            self._raised = of_gateway(self._name, self._gateway, "raised", since=seen.at, at=seen.at, message=sentence)
            yield self._raised
        elif not sentence and self._raised is not None:
            raised, self._raised = self._raised, None
            yield of_gateway(
                self._name, self._gateway, "cleared", since=raised.since, at=seen.at, message=raised.message
            )
