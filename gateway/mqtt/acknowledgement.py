"""The receiver's word: everything of this epoch up to `seq`, whose entry has this hash, is stored."""

import json
import re
from dataclasses import dataclass
from typing import Final

_EPOCH: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A cumulative acknowledgement. `seq` 0 says that nothing is stored; its `hash` is the first entry's `prev`."""

    epoch: str
    seq: int
    hash: bytes

    def payload(self) -> bytes:
        """Give the retained message `{"epoch","seq","hash"}`."""
        return json.dumps({"epoch": self.epoch, "seq": self.seq, "hash": self.hash.hex()}).encode()


def is_epoch(name: str) -> bool:
    """Tell whether an epoch's name may stand in a topic."""
    return _EPOCH.fullmatch(name) is not None


def parse(payload: bytes) -> Acknowledgement:
    """Read an acknowledgement.

    Raises:
        ValueError: It is none.
    """
    try:
        match json.loads(payload):
            case {"epoch": str(epoch), "seq": int(seq), "hash": str(digest)} if seq >= 0 and not isinstance(seq, bool):
                return Acknowledgement(epoch, seq, bytes.fromhex(digest))
    except ValueError as error:
        raise ValueError(f"no acknowledgement: {error}") from error
    raise ValueError("no acknowledgement: epoch, seq and hash are not all there")
