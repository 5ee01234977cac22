"""The power goes at any moment: what was acknowledged is there, and nothing is damaged."""

import random
from pathlib import Path

import pytest

from tests.faults.storage_power import PATHS, cuts

SEED = 20261124
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fuse_disks")]


@pytest.mark.parametrize("path", PATHS)
def test_a_power_cut_loses_nothing_acknowledged(tmp_path: Path, path: str) -> None:
    found = cuts(tmp_path / "disk", path, 8, random.Random(SEED))
    assert found.cuts == 8
    assert (found.lost, found.corrupt) == (0, 0), f"seed {SEED}: {found.stories}"


@pytest.mark.parametrize("weaker", ["NORMAL", "DELETE"])
def test_a_weaker_durability_is_found_out(tmp_path: Path, weaker: str) -> None:
    """The control: these settings must lose, or the rig proves nothing."""
    found = cuts(tmp_path / "disk", "insert", 16, random.Random(SEED), weaker=weaker)
    assert found.lost + found.corrupt > 0


@pytest.mark.parametrize("path", ["checkpoint", "insert"])
def test_a_disk_that_lies_about_flushes_is_detected_and_work_goes_on(tmp_path: Path, path: str) -> None:
    """Every cut that cost something is noticed: at the start, or at the next acknowledgement (see storage_power)."""
    found = cuts(tmp_path / "disk", path, 6, random.Random(SEED), lying=True)
    assert found.lost + found.detected > 0, "the disk did not lie enough"
    assert found.unseen == 0, found.stories
    assert found.slowest_s < 60
