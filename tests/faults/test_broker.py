"""A broker that is killed or forgets, a receiver that hangs or is gone: the receiver's own word loses nothing."""

from pathlib import Path

import pytest

from tests.faults.broker_small import QUEUE, Absence, receiver_away
from tests.faults.conftest import need

MESSAGES = 4 * QUEUE
"""Far more than the broker keeps, under way and queued together."""

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def tools() -> None:
    need("mosquitto")


@pytest.mark.parametrize("kill_broker", [False, True], ids=["broker stays", "broker killed"])
@pytest.mark.parametrize("how", ["hangs", "gone"])
async def test_nothing_is_lost_while_the_receiver(tmp_path: Path, how: Absence, kill_broker: bool) -> None:
    away = await receiver_away(tmp_path, "receiver", how, MESSAGES, kill_broker=kill_broker)
    assert away.recorded == 10 * MESSAGES
    assert (away.lost, away.safe_too_early) == (0, 0)


@pytest.mark.parametrize("how", ["hangs", "gone"])
async def test_the_brokers_word_alone_loses_while_the_receiver(tmp_path: Path, how: Absence) -> None:
    """The control: a PUBACK is not delivery."""
    away = await receiver_away(tmp_path, "broker", how, MESSAGES)
    assert away.safe_too_early >= away.recorded  # checkpoints count as well
    assert away.lost > 0
