"""An old copy of the journal put back: nothing of either history is lost, and somebody is told."""

from pathlib import Path

import pytest

from tests.faults.conftest import need
from tests.faults.link_fork import BEFORE, GOES_ON, ON_THE_COPY, put_an_old_copy_back

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def tools() -> None:
    need("mosquitto")


async def test_an_old_copy_put_back_loses_nothing_and_is_noticed(tmp_path: Path) -> None:
    forked = await put_an_old_copy_back(tmp_path, "receiver")
    assert forked.recorded == BEFORE + GOES_ON + ON_THE_COPY
    assert forked.lost == 0
    assert forked.noticed == 1
    assert forked.epochs == 2


async def test_with_the_brokers_word_alone_the_second_history_is_lost(tmp_path: Path) -> None:
    """The control: nobody compares hashes, so nobody notices."""
    forked = await put_an_old_copy_back(tmp_path, "broker")
    assert forked.noticed == 0
    assert forked.lost > 0
