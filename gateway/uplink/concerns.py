"""What the uplink finds that a person must look into, as alarms."""

from datetime import datetime
from typing import Final

from gateway.alarm import Alarm, of_gateway
from gateway.uplink.status import Fork

FORK: Final = "fork"


def fork_alarm(fork: Fork, gateway: str, at: datetime) -> Alarm:
    """Say that two histories went by one name; it stands until the gateway is started again."""
    return of_gateway(
        FORK,
        gateway,
        "raised",
        since=at,
        at=at,
        message="Máy nhận có lịch sử khác (thẻ nhớ bị sao chép hoặc bản sao cũ): đã gửi lại trong kỳ mới / "
        f"The receiver holds another history (entry {fork.seq} of {fork.epoch}): a card was copied, or an old copy "
        "put back. Everything goes on in a new epoch.",
    )
