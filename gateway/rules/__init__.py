"""Rules: each kind begins judges that see events and ticks, and say when a condition begins and ends."""

from collections.abc import Iterator
from typing import Protocol

from gateway.alarm import Alarm
from gateway.event import Event, Tick


class Judge(Protocol):
    """What every kind of rule begins: it never looks at a clock, so an old journal can be judged again."""

    def see(self, seen: Event | Tick) -> Iterator[Alarm]:
        """Take in one event or the passing of time; yield alarms raised or cleared by it, with no id yet."""
        ...

    def resume(self, alarm: Alarm) -> bool:
        """Take up an alarm that was open before a restart; say whether it is one of this rule."""
        ...
