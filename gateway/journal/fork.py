"""A fork: the receiver holds another history than this journal, so what it cannot have seen is chained anew.

The old epoch keeps its headers, so its chain can still be proved; the bodies move to the new places. Entries keep their
ids, so a receiver that has them already counts them as received.
"""

from typing import Final
from uuid import uuid4

from gateway.journal.chain import CHECKPOINT
from gateway.journal.ledger import Ledger
from gateway.journal.retention import FOLLOWER
from gateway.journal.rows import COLUMNS, Cursor, entry_of
from gateway.journal.tip import Epoch

_TO_MOVE: Final = (
    "SELECT epoch_number, seq FROM"
    " (SELECT epoch_number, seq, ROW_NUMBER() OVER (PARTITION BY id ORDER BY epoch_number DESC, seq DESC) AS nth"
    " FROM entry WHERE (epoch_number, seq) > (?, ?) AND kind <> ?)"
    " WHERE nth = 1 ORDER BY epoch_number, seq"
)
"""A second fork moves what the first one moved from where it stands now."""


def fork(ledger: Ledger, common: Cursor) -> Cursor:
    """Begin a new epoch and chain into it what stands after `common`; give the end of the epochs before.

    All of it is one transaction: a kill leaves either the old epoch or the new one, complete.
    """
    old = ledger.epoch
    end = Cursor(old.number, ledger.tip.seq)
    to_move = ledger.connection.execute(_TO_MOVE, (common.epoch_number, common.seq, CHECKPOINT)).fetchall()
    ledger.begin_epoch(Epoch(old.number + 1, str(uuid4()), old.gateway, old.public_key, "fork"))
    for place in to_move:
        row = ledger.connection.execute(
            f"SELECT {COLUMNS} FROM entry WHERE epoch_number = ? AND seq = ?", place
        ).fetchone()
        ledger.chain_anew(entry_of(row))
    ledger.move_cursor(FOLLOWER, end)
    return end
