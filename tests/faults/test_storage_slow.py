"""A card that takes 50 writes a second: what ten producers are promised is there, since they share their commits."""

from pathlib import Path

import pytest

from tests.faults.conftest import need
from tests.faults.storage_slow import NoThrottle, Slow, slow_card

pytestmark = pytest.mark.slow


def on_a_slow_card(scratch: Path, group: int = 256) -> Slow:
    need("mkfs.ext4", "mount", "umount", "findmnt", root=True, devices=("/dev/loop-control",))
    try:
        return slow_card(scratch, 2.0, group)
    except NoThrottle as error:
        pytest.skip(f"fault tool missing: {error}")


def test_ten_producers_share_the_few_writes_of_a_slow_card_and_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "each").mkdir()
    shared = on_a_slow_card(tmp_path / "shared")
    assert shared.promised > 0
    assert shared.lost == 0
    assert shared.whole
    each = on_a_slow_card(tmp_path / "each", group=1)  # the control: a transaction for each event
    assert each.lost == 0
    assert shared.per_second > 2 * each.per_second
