"""Where things are said on the broker: every topic of a gateway, and back from a topic to who is speaking."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

VERSION: Final = "v1"
REGISTERS: Final = "register"
"""The level under a site where registers come down; so no gateway may be called this."""

_LEVEL: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one gateway: it publishes below `base` and nowhere else."""

    root: str
    site: str
    gateway: str

    def __post_init__(self) -> None:
        for name in (self.root, self.site, self.gateway):
            if not _LEVEL.fullmatch(name):
                raise ValueError(f"{name!r} cannot be part of a topic: 1 to 32 of A-Z a-z 0-9 _ -")
        if self.gateway == REGISTERS:
            raise ValueError(f"a gateway cannot be called {REGISTERS!r}: registers come down there")

    @property
    def base(self) -> str:
        """What every topic of this gateway begins with, no slash at the end."""
        return f"{self.root}/{VERSION}/{self.site}/{self.gateway}"

    @property
    def events_json(self) -> str:
        """Batches of events as a JSON array."""
        return f"{self.base}/events/json"

    @property
    def events_gzip(self) -> str:
        """The same array, compressed with gzip."""
        return f"{self.base}/events/gzip"

    @property
    def telemetry_json(self) -> str:
        """Batches of readings."""
        return f"{self.base}/telemetry/json"

    @property
    def telemetry_gzip(self) -> str:
        """The same, compressed with gzip."""
        return f"{self.base}/telemetry/gzip"

    @property
    def state(self) -> str:
        """Retained: who is here; `offline` as last will."""
        return f"{self.base}/state"

    @property
    def acks(self) -> str:
        """The filter for every acknowledgement meant for this gateway."""
        return f"{self.base}/ack/+"

    @property
    def alarms(self) -> str:
        """The filter for every alarm of this gateway."""
        return f"{self.base}/alarm/+"

    @property
    def registers(self) -> str:
        """The filter for every register of this site."""
        return f"{self.root}/{VERSION}/{self.site}/{REGISTERS}/+"

    def register_of(self, topic: str) -> str | None:
        """Give the name of the register a topic brings down; None when it brings none."""
        begin = self.registers.removesuffix("+")
        return topic[len(begin) :] if topic.startswith(begin) else None

    def is_alarm(self, topic: str) -> bool:
        """Tell whether a topic is one of this gateway's alarms."""
        return topic.startswith(f"{self.base}/alarm/")

    def ack(self, epoch: str) -> str:
        """Retained: the receiver's cumulative acknowledgement of one epoch."""
        return f"{self.base}/ack/{epoch}"

    def alarm(self, alarm_id: str) -> str:
        """Retained until cleared.

        Ids in topics are bare UUIDs, so an alarm numbered otherwise gets the UUIDv5 of
        `alarm|<site>|<gateway>|<alarm id>` under NAMESPACE_URL.
        """
        try:
            bare = UUID(alarm_id.removeprefix("urn:uuid:"))
        except ValueError:
            bare = uuid5(NAMESPACE_URL, f"alarm|{self.site}|{self.gateway}|{alarm_id}")
        return f"{self.base}/alarm/{bare}"


@dataclass(frozen=True, slots=True)
class Heard:
    """Who spoke, and below which of its topics: `path` is what follows the gateway's base."""

    topics: Topics
    path: str


def heard(topic: str, root: str) -> Heard | None:
    """Say which gateway a topic belongs to; None when it is none of ours."""
    levels = topic.split("/", 4)
    if len(levels) != 5 or levels[0] != root or levels[1] != VERSION:
        return None
    try:
        return Heard(Topics(root, levels[2], levels[3]), levels[4])
    except ValueError:
        return None


def every_gateway(root: str, site: str | None) -> tuple[str, ...]:
    """Give the filters a receiver subscribes to; `site` None means all sites."""
    base = f"{root}/{VERSION}/{site or '+'}/+"
    return (f"{base}/events/+", f"{base}/telemetry/+", f"{base}/state")
