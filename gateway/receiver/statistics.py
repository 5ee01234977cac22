"""The receiver's books: what was delivered, what is stored, what is missing, what does not fit."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Chain:
    """One epoch of one gateway.

    Everything up to `watermark` is stored and acknowledged; `pending` entries are stored beyond it, and `missing` are
    the numbers not stored between it and `highest`. A hole that live entries have jumped over is only waited for;
    `gaps` counts the missing that a batch in order has passed: those were lost on the way. `verified` is the last
    entry under a checkpoint that the registered key signed.
    """

    site: str
    gateway: str
    epoch: str
    watermark: int
    hash: bytes | None
    highest: int
    stored: int
    pending: int
    missing: int
    gaps: int
    verified: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something kept aside: what was found, where, and why."""

    found: str
    site: str
    gateway: str
    epoch: str | None
    seq: int | None
    id: str | None
    why: str
    deliveries: int


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An event whose body stayed at the gateway; someone will ask for it."""

    site: str
    gateway: str
    id: str
    kind: str
    body_sha256: bytes


@dataclass(frozen=True, slots=True)
class Statistics:
    """`deliveries` counts events as they came in, `doubles` those that had come before; `events` are distinct ids.

    `kinds` counts distinct ids by kind; `checkpoints` counts them by what their signature proved; `quarantined` events
    came as their envelope only. `unverified` counts places no registered key vouches for, yet or at all. `found` counts
    what was kept aside, by what it was. `times` counts places by what the view `corrected` could do for their time:
    `as recorded` by a clock that was right, `corrected`, or `unknown` until a correction of that boot comes.
    """

    deliveries: int
    doubles: int
    events: int
    kinds: Mapping[str, int]
    chains: tuple[Chain, ...]
    conflicts: tuple[Conflict, ...]
    checkpoints: Mapping[str, int]
    quarantined: tuple[Quarantined, ...]
    times: Mapping[str, int]

    @property
    def bodiless(self) -> int:
        """How many events came as their envelope only."""
        return len(self.quarantined)

    @property
    def gaps(self) -> int:
        """Entries that were lost on the way: a batch in order has passed them."""
        return sum(chain.gaps for chain in self.chains)

    @property
    def unverified(self) -> int:
        """Entries stored that no checkpoint of a registered key covers."""
        return sum(chain.stored - min(chain.verified, chain.stored) for chain in self.chains)

    @property
    def found(self) -> Mapping[str, int]:
        """What was kept aside: forks, conflicts of bodies, and the rest, each counted once."""
        return Counter(conflict.found for conflict in self.conflicts)

    @property
    def missing(self) -> int:
        """Entries known to exist that did not come."""
        return sum(chain.missing for chain in self.chains)

    @property
    def pending(self) -> int:
        """Entries stored, but not acknowledged since something before them is missing."""
        return sum(chain.pending for chain in self.chains)


def statistics(path: Path) -> Statistics:
    """Read the books of a `receiver.db`, also while it is being written.

    Raises:
        FileNotFoundError: There is no such store.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        db.execute("BEGIN")  # one snapshot for all the counts
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'place'").fetchone():
            return Statistics(0, 0, 0, {}, (), (), {}, (), {})  # the receiver is just making it
        stored, deliveries = db.execute("SELECT count(*), coalesce(sum(deliveries), 0) FROM place").fetchone()
        conflicts = tuple(
            Conflict(*row)
            for row in db.execute(
                "SELECT found, site, gateway, epoch, seq, id, why, deliveries FROM conflict ORDER BY n"
            )
        )
        # "body" and "key" have a place as well, and are counted there
        apart = [conflict for conflict in conflicts if conflict.found not in {"body", "key"}]
        return Statistics(
            deliveries=deliveries + sum(conflict.deliveries for conflict in apart),
            doubles=deliveries - stored + sum(conflict.deliveries - 1 for conflict in apart),
            events=db.execute("SELECT count(*) FROM event").fetchone()[0],
            kinds=dict(db.execute("SELECT kind, count(*) FROM event GROUP BY kind ORDER BY kind")),
            chains=tuple(_chains(db)),
            conflicts=conflicts,
            checkpoints=dict(
                db.execute("SELECT signature, count(*) FROM place WHERE signature IS NOT NULL GROUP BY signature")
            ),
            quarantined=tuple(
                Quarantined(*row)
                for row in db.execute(
                    "SELECT site, gateway, id, kind, body_sha256 FROM event WHERE has_body = 0 ORDER BY rowid"
                )
            ),
            times=dict(db.execute("SELECT time, count(*) FROM corrected GROUP BY time ORDER BY time"))
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'corrected'").fetchone()
            else {},
        )


def _chains(db: sqlite3.Connection) -> list[Chain]:
    rows = db.execute(
        "SELECT p.site, p.gateway, p.epoch, coalesce(w.seq, 0), w.hash, max(p.seq), count(*),"
        " coalesce(max(p.seq) FILTER (WHERE p.lane = 'backlog'), 0),"
        " coalesce(max(p.seq) FILTER (WHERE p.signature = 'verified'), 0)"
        " FROM place p LEFT JOIN watermark w USING (site, gateway, epoch)"
        " GROUP BY p.site, p.gateway, p.epoch ORDER BY p.site, p.gateway, p.epoch"
    ).fetchall()
    chains: list[Chain] = []
    for site, gateway, epoch, watermark, digest, highest, stored, passed, verified in rows:
        (below,) = db.execute(
            "SELECT count(*) FROM place WHERE site = ? AND gateway = ? AND epoch = ? AND seq <= ?",
            (site, gateway, epoch, passed),
        ).fetchone()
        chains.append(
            Chain(
                site,
                gateway,
                epoch,
                watermark,
                digest,
                highest,
                stored,
                pending=stored - watermark,
                missing=highest - stored,
                gaps=passed - below,
                verified=min(verified, watermark),
            )
        )
    return chains
