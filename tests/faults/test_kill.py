"""kill -9 of the gateway, again and again, with the broker killed in between: nothing lost, nothing stored twice."""

from pathlib import Path

import pytest

from tests.faults.conftest import need
from tests.faults.kill_rounds import rounds

KILLS = 20
SEED = 20261123


@pytest.fixture(autouse=True)
def tools() -> None:
    need("mosquitto")


@pytest.mark.slow
async def test_killed_gateways_lose_nothing_and_nothing_is_stored_twice(tmp_path: Path) -> None:
    told = await rounds(tmp_path, KILLS, SEED)
    assert told.kills == KILLS
    assert told.broker_restarts == 4
    assert told.good, f"seed {SEED}: {told}"


@pytest.mark.slow
async def test_a_gateway_that_promises_before_it_writes_is_found_out(tmp_path: Path) -> None:
    """The control: such a gateway must lose, or the counting above proves nothing."""
    told = await rounds(tmp_path, 2, SEED, writes_behind=True)
    assert told.lost > 0
    assert not told.good
