"""The birth message of a gateway, as the receiver reads it."""

import json
from dataclasses import dataclass

from gateway.mqtt.acknowledgement import is_epoch


@dataclass(frozen=True, slots=True)
class Birth:
    """What a gateway says when it connects: its epoch, how much of it it holds for confirmed, its public key."""

    epoch: str
    confirmed: int
    key: bytes


def read_birth(payload: bytes) -> Birth | None:
    """Read a birth message; None when it is a will, or not as ours are."""
    try:
        match json.loads(payload):
            case {"key": str(key), "epoch": str(epoch), "confirmed": int(confirmed)} if is_epoch(epoch):
                public = bytes.fromhex(key)
                return Birth(epoch, confirmed, public) if len(public) == 32 else None
    except ValueError:
        pass
    return None
