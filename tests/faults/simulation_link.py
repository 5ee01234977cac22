"""The way to the province in virtual time: the uplink's own window, judge and batches, the receiver's own store.

What MQTT does is played: a connection that breaks and takes with it what is under way, a broker that is killed and
forgets, a receiver that is away (and then hears nothing). MQTT itself is tested against real brokers elsewhere.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gateway.journal import Cursor, Journal
from gateway.mqtt.acknowledgement import parse
from gateway.mqtt.envelope import Origin
from gateway.mqtt.topics import Topics, heard
from gateway.receiver.store import Arrival, Store
from gateway.uplink.batches import pack
from gateway.uplink.judge import Judge, Verdict
from gateway.uplink.status import Fork
from gateway.uplink.window import Window
from tests.road import SITE

ROOT: Final = "packhouse"
TOPICS: Final = Topics(ROOT, SITE.id, "gw-1")
PATIENCE_S: Final = 10.0
CURSOR_EVERY_S: Final = 1.0


@dataclass
class Link:
    """One gateway's connection to its receiver; `now` is handed in, in seconds of virtual time."""

    store: Store
    rng: random.Random
    window: Window = field(default_factory=lambda: Window(Cursor(), PATIENCE_S))
    judge: Judge | None = None
    retained: bytes | None = None
    away_until: float = 0.0
    receiver_away_until: float = 0.0
    forks: int = 0
    _connected: bool = False
    _under_way: list[tuple[float, Arrival]] = field(default_factory=list)
    _answers: list[tuple[float, bytes]] = field(default_factory=list)
    _written_at: float = 0.0

    async def begin(self, journal: Journal) -> None:
        """Start, as the uplink does after each start of the daemon: from the cursor on disk."""
        self.window = Window(await journal.cursor("uplink"), PATIENCE_S)
        self.judge = Judge(journal, self.window, journal.public_key)
        self.break_off(0.0)

    def break_off(self, until: float) -> None:
        """Lose the connection, with whatever is on the wire."""
        self._connected = False
        self.away_until = max(self.away_until, until)
        self._under_way.clear()
        self._answers.clear()

    def kill_broker(self, until: float) -> None:
        """Lose what the broker holds as well."""
        self.retained = None
        self.break_off(until)

    def go_away(self, until: float) -> None:
        """The receiver is away; what is delivered meanwhile is heard by nobody."""
        self.receiver_away_until = until

    def heal(self) -> None:
        """Everything works again."""
        self.away_until = self.receiver_away_until = 0.0

    async def step(self, journal: Journal, now: float) -> None:
        """Do what is due by now."""
        if not self._connected:
            if now < self.away_until:
                return
            await self._connect(journal, now)
        self._deliver(now)
        await self._hear(now)
        self.window.expire(now)
        await self._send(journal, now)
        if now >= self._written_at + CURSOR_EVERY_S:
            self._written_at = now
            await journal.move_cursor("uplink", self.window.confirmed)

    async def _connect(self, journal: Journal, now: float) -> None:
        self._connected = True
        self.window.reconnected()
        if self.retained is not None:
            await self._judge(self.retained, live=False, now=now)
        if now >= self.receiver_away_until:  # it, too, comes back and says what it has
            for reply in self.store.acknowledgements(None):
                self._answer(reply.ack.payload(), now)

    def _deliver(self, now: float) -> None:
        due = [arrival for at, arrival in self._under_way if at <= now]
        self._under_way = [(at, arrival) for at, arrival in self._under_way if at > now]
        if due and now >= self.receiver_away_until:
            for reply in self.store.take(due):
                self._answer(reply.ack.payload(), now)

    def _answer(self, payload: bytes, now: float) -> None:
        self.retained = payload
        self._answers.append((now + self.rng.uniform(0.05, 0.5), payload))

    async def _hear(self, now: float) -> None:
        due = [payload for at, payload in self._answers if at <= now]
        self._answers = [(at, payload) for at, payload in self._answers if at > now]
        for payload in due:
            await self._judge(payload, live=True, now=now)

    async def _judge(self, payload: bytes, *, live: bool, now: float) -> None:
        assert self.judge is not None
        verdict = await self.judge.hear(parse(payload), live=live, now=now)
        self.forks += isinstance(verdict, Fork)
        if verdict is Verdict.LOWERED:
            self._written_at = 0.0

    async def _send(self, journal: Journal, now: float) -> None:
        while self.window.has_room:
            entries = await journal.entries(self.window.sent, self.window.entries)
            if not entries:
                return
            outgoing = await pack(entries, Origin("gw-1", SITE.uri, SITE.namespace), Cursor())
            batch = self.window.send(outgoing.last, now)
            batch.taken = True
            topic = TOPICS.events_gzip if outgoing.encoding == "gzip" else TOPICS.events_json
            whose = heard(topic, ROOT)
            assert whose is not None
            at = max([now, *(at for at, _ in self._under_way)])  # one TCP connection keeps its order
            self._under_way.append((at + self.rng.uniform(0.0, 0.5), Arrival(whose, outgoing.payload, False)))


@contextmanager
def link(database: Path, rng: random.Random) -> Iterator[Link]:
    store = Store.open(database, ROOT)
    try:
        yield Link(store, rng)
    finally:
        store.close()
