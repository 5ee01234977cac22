"""Wrong clocks: numbers stay unique, order stays, one offset puts the times right, and no label has a guessed date."""

from pathlib import Path

import pytest

from tests.faults.clock_stories import STORIES, tell


@pytest.mark.parametrize("name", STORIES)
async def test_a_wrong_clock_does_no_harm_that_one_offset_does_not_mend(tmp_path: Path, name: str) -> None:
    written = await tell(name, tmp_path)
    assert written.mistakes == []
    assert len(written.serials) >= 5
    assert written.corrected > 0


@pytest.mark.parametrize("name", STORIES)
async def test_a_gateway_that_believes_its_wall_clock_is_found_out(tmp_path: Path, name: str) -> None:
    """The control."""
    written = await tell(name, tmp_path, believes_the_wall=True)
    assert written.mistakes
