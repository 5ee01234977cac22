"""The receiver's store: one transaction takes what came and moves the watermarks; what does not fit is kept aside."""

import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal, Self

from gateway.errors import DiskRefuses
from gateway.journal.chain import genesis
from gateway.mqtt import telemetry
from gateway.mqtt.acknowledgement import Acknowledgement, is_epoch
from gateway.mqtt.envelope import BadEnvelope, Envelope, inflate
from gateway.mqtt.telemetry import Stored
from gateway.mqtt.topics import Heard, Topics
from gateway.receiver import readings
from gateway.receiver.birth import read_birth
from gateway.receiver.proof import altered, signature_of
from gateway.receiver.unpacked import AlteredBatch, unpack

Found = Literal["fork", "body", "altered", "misplaced", "key", "unreadable"]
"""Why something is kept aside: another entry at the same place, or a broken link; the same id with another body; not
what its hash says; another gateway's topic; a chain or checkpoint not of the registered key; no batch of ours."""

_SCHEMA: Final = files(__package__).joinpath("schema.sql")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message below a gateway's base: `heard.path` says what it is; `retained` that the broker had kept it."""

    heard: Heard
    payload: bytes
    retained: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What to publish, retained, once the commit is done."""

    topics: Topics
    ack: Acknowledgement | Stored


@dataclass(frozen=True, slots=True)
class _ChainKey:
    site: str
    gateway: str
    epoch: str


class Store:
    """`receiver.db`, open for writing; it belongs to one thread at a time."""

    def __init__(self, connection: sqlite3.Connection, root: str) -> None:
        self._db = connection
        self._root = root

    @classmethod
    def open(cls, path: Path, root: str, wait_s: float = 5.0) -> Self:
        """Open or create the store; every commit is on disk before it is acknowledged.

        `wait_s` is how long another program that writes to the file is waited for.
        """
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=wait_s)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(f"BEGIN; {_SCHEMA.read_text()} COMMIT;")
        return cls(connection, root)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def register_key(self, site: str, gateway: str, public_key: bytes) -> None:
        """Note the public key (32 raw bytes) a person vouches for; checkpoints from now on are judged by it."""
        self._db.execute(
            "INSERT INTO sender (site, gateway, registered) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET registered = excluded.registered",
            (site, gateway, public_key),
        )

    def acknowledgements(self, site: str | None) -> list[Reply]:
        """Give every acknowledgement that stands, to be said again after connecting."""
        rows = self._db.execute(
            "SELECT site, gateway, epoch, seq, hash FROM watermark WHERE ? IS NULL OR site = ?", (site, site)
        )
        return [
            Reply(Topics(self._root, where, gateway), Acknowledgement(epoch, seq, digest))
            for where, gateway, epoch, seq, digest in rows
        ] + [
            Reply(Topics(self._root, where, gateway), word)
            for where, gateway, word in readings.standing(self._db, site)
        ]

    def take(self, arrivals: Iterable[Arrival]) -> list[Reply]:
        """Store messages in one transaction and give the acknowledgements they earn.

        Raises:
            DiskRefuses: Nothing was stored, so nothing may be acknowledged.
        """
        touched: dict[_ChainKey, None] = {}
        words: dict[Topics, Stored] = {}
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for arrival in arrivals:
                if arrival.heard.path.startswith("telemetry/"):
                    if (word := self._take_readings(arrival)) is not None:
                        words[arrival.heard.topics] = word
                    continue
                for chain in self._take_one(arrival):
                    touched[chain] = None
            replies = [reply for chain in touched if (reply := self._advance(chain))]
            replies += [Reply(topics, word) for topics, word in words.items()]
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._roll_back()
            raise DiskRefuses(f"the receiver's store: {error}") from error
        except BaseException:  # undone whatever it was, and raised again
            self._roll_back()
            raise
        return replies

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _take_one(self, arrival: Arrival) -> list[_ChainKey]:
        topics, path = arrival.heard.topics, arrival.heard.path
        if path == "state":
            return self._take_state(topics, arrival)
        try:
            match path:
                case "events/json":
                    events = unpack(arrival.payload)
                case "events/gzip":
                    events = unpack(inflate(arrival.payload))
                case _:
                    return []
        except BadEnvelope as error:
            found: Found = "altered" if isinstance(error, AlteredBatch) else "unreadable"
            self._set_aside(found, topics, arrival.payload, str(error))
            return self._chains_of(topics)  # so that the gateway learns that somebody is here, and sends it in pieces
        return [chain for event in events if (chain := self._take_event(topics, event))]

    def _take_readings(self, arrival: Arrival) -> Stored | None:
        packed = arrival.heard.path == "telemetry/gzip"
        try:
            batch = telemetry.decode(inflate(arrival.payload) if packed else arrival.payload)
        except ValueError as error:
            self._set_aside("unreadable", arrival.heard.topics, arrival.payload, str(error))
            return None
        return readings.take(self._db, arrival.heard.topics, batch)

    def _take_state(self, topics: Topics, arrival: Arrival) -> list[_ChainKey]:
        """Keep a birth or will, and answer where silence would cost time.

        A gateway that holds more for confirmed than is stored here must send again; and one that was there before us
        may already have sent its first events to nobody.
        """
        birth = read_birth(arrival.payload)
        self._db.execute(
            "INSERT INTO sender (site, gateway, state, announced) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " state = excluded.state, announced = coalesce(excluded.announced, announced)",
            (topics.site, topics.gateway, arrival.payload, birth.key if birth else None),
        )
        if birth is None:
            return []
        chain = _ChainKey(topics.site, topics.gateway, birth.epoch)
        seq, _ = self._watermark(chain)
        return [chain] if seq < birth.confirmed or (arrival.retained and seq == 0) else []

    def _take_event(self, topics: Topics, event: Envelope) -> _ChainKey | None:
        if event.gateway != topics.gateway or not is_epoch(event.epoch) or event.seq < 1:
            why = f"says it is entry {event.seq} of gateway {event.gateway!r}, epoch {event.epoch!r}"
            self._set_aside("misplaced", topics, event.received, why, event)
            return None
        chain = _ChainKey(topics.site, topics.gateway, event.epoch)
        if changed := altered(event):
            self._set_aside("altered", topics, event.received, changed, event)
            return chain
        known = self._hash_at(chain, event.seq)
        if known == event.hash:
            self._db.execute(
                "UPDATE place SET deliveries = deliveries + 1 WHERE site = ? AND gateway = ? AND epoch = ? AND seq = ?",
                (chain.site, chain.gateway, chain.epoch, event.seq),
            )
            return chain
        if misfit := self._misfit(chain, event, known):
            self._set_aside("fork", topics, event.received, misfit, event)
            return chain
        self._keep(topics, chain, event)
        return chain

    def _misfit(self, chain: _ChainKey, event: Envelope, known: bytes | None) -> str | None:
        """Say why an event cannot stand in this chain; None when it can."""
        if known is not None:
            return f"another entry is stored at {event.seq}"
        before = self._hash_at(chain, event.seq - 1)
        if before is not None and before != event.prev:
            return f"it does not follow the entry stored at {event.seq - 1}"
        after = self._db.execute(
            "SELECT prev FROM place WHERE site = ? AND gateway = ? AND epoch = ? AND seq = ?",
            (chain.site, chain.gateway, chain.epoch, event.seq + 1),
        ).fetchone()
        if after is not None and after[0] != event.hash:
            return f"the entry stored at {event.seq + 1} does not follow it"
        return None

    def _keep(self, topics: Topics, chain: _ChainKey, event: Envelope) -> None:
        registered = self._key(chain, "registered")
        signature = signature_of(event, registered)
        if signature == "wrong":
            self._set_aside("key", topics, event.received, "the registered key did not sign this checkpoint", event)
        if event.seq == 1 and registered is not None and event.prev != genesis(registered, event.epoch):
            self._set_aside("key", topics, event.received, "the chain does not begin with the registered key", event)
        known = self._db.execute("SELECT body_sha256, has_body FROM event WHERE id = ?", (str(event.id),)).fetchone()
        if known is None:
            self._db.execute(
                "INSERT INTO event (id, site, gateway, kind, body_sha256, has_body, received)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    str(event.id),
                    chain.site,
                    chain.gateway,
                    event.type,
                    event.body_sha256,
                    event.data is not None,
                    event.received,
                ),
            )
        elif known[0] == event.body_sha256:
            if not known[1] and event.data is not None:  # what came as its envelope alone has found its body
                self._db.execute(
                    "UPDATE event SET has_body = 1, received = ? WHERE id = ?", (event.received, str(event.id))
                )
        else:
            self._set_aside("body", topics, event.received, "this id is stored with another body", event)
        self._db.execute(
            "INSERT INTO place (site, gateway, epoch, seq, id, kind, boot, mono_ms, wall_ms, clock, prev, hash,"
            " body_sha256, lane, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                chain.site,
                chain.gateway,
                chain.epoch,
                event.seq,
                str(event.id),
                event.type,
                event.boot,
                event.mono_ms,
                event.wall_ms,
                event.clock,
                event.prev,
                event.hash,
                event.body_sha256,
                event.lane,
                signature,
            ),
        )

    def _advance(self, chain: _ChainKey) -> Reply | None:
        """Move the watermark over what is stored without a gap, and say how far it is."""
        key = (chain.site, chain.gateway, chain.epoch)
        began, digest = self._watermark(chain)
        seq = began
        following = self._db.execute(
            "SELECT seq, hash FROM place WHERE site = ? AND gateway = ? AND epoch = ? AND seq > ? ORDER BY seq",
            (*key, seq),
        )
        for place, its_hash in following:
            if place != seq + 1:
                break
            seq, digest = place, its_hash
        topics = Topics(self._root, chain.site, chain.gateway)
        if digest is None:
            announced = self._key(chain, "registered") or self._key(chain, "announced")
            return (
                Reply(topics, Acknowledgement(chain.epoch, 0, genesis(announced, chain.epoch))) if announced else None
            )
        if seq > began:
            self._db.execute(
                "INSERT INTO watermark (site, gateway, epoch, seq, hash) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
                (*key, seq, digest),
            )
        return Reply(topics, Acknowledgement(chain.epoch, seq, digest))

    def _chains_of(self, topics: Topics) -> list[_ChainKey]:
        rows = self._db.execute(
            "SELECT epoch FROM watermark WHERE site = ? AND gateway = ?", (topics.site, topics.gateway)
        )
        return [_ChainKey(topics.site, topics.gateway, epoch) for (epoch,) in rows]

    def _watermark(self, chain: _ChainKey) -> tuple[int, bytes | None]:
        row = self._db.execute(
            "SELECT seq, hash FROM watermark WHERE site = ? AND gateway = ? AND epoch = ?",
            (chain.site, chain.gateway, chain.epoch),
        ).fetchone()
        return (row[0], row[1]) if row else (0, None)

    def _hash_at(self, chain: _ChainKey, seq: int) -> bytes | None:
        row = self._db.execute(
            "SELECT hash FROM place WHERE site = ? AND gateway = ? AND epoch = ? AND seq = ?",
            (chain.site, chain.gateway, chain.epoch, seq),
        ).fetchone()
        return row[0] if row else None

    def _key(self, chain: _ChainKey, which: Literal["registered", "announced"]) -> bytes | None:
        row = self._db.execute(
            f"SELECT {which} FROM sender WHERE site = ? AND gateway = ?", (chain.site, chain.gateway)
        ).fetchone()
        return row[0] if row else None

    def _set_aside(
        self, found: Found, topics: Topics, received: bytes, why: str, event: Envelope | None = None
    ) -> None:
        self._db.execute(
            "INSERT INTO conflict (found, site, gateway, epoch, seq, id, why, digest, received)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET deliveries = deliveries + 1",
            (
                found,
                topics.site,
                topics.gateway,
                event.epoch if event else None,
                event.seq if event else None,
                str(event.id) if event else None,
                why,
                hashlib.sha256(received).digest(),
                received,
            ),
        )
