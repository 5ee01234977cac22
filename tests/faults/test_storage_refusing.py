"""A disk that is full, read-only or failing: refused in plain words, nothing lost, and on again by itself."""

from pathlib import Path

import pytest

from tests.faults.storage_refusing import SWITCHED, full_disk, switched

pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("loop_disks")
async def test_a_full_disk_refuses_events_but_moves_cursors_and_recovers(tmp_path: Path) -> None:
    told = await full_disk(tmp_path)
    assert told.refused >= 2
    assert "disk" in told.said
    assert told.lost == 0
    assert told.cursors_moved
    assert told.recovered
    assert told.whole


@pytest.mark.usefixtures("loop_disks")
async def test_without_ballast_a_full_disk_stops_cursors_too(tmp_path: Path) -> None:
    """The control: the ballast is what made the room."""
    told = await full_disk(tmp_path, with_ballast=False)
    assert not told.cursors_moved
    assert told.lost == 0


@pytest.mark.usefixtures("fuse_disks")
@pytest.mark.parametrize("error", SWITCHED)
async def test_a_disk_that_refuses_every_change_is_waited_out(tmp_path: Path, error: str) -> None:
    told = await switched(tmp_path, error)
    assert told.refused == 1
    assert "the disk" in told.said
    assert (told.lost, told.recovered, told.whole) == (0, True, True)
