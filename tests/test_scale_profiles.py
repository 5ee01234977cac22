"""docs/devices/scales.md tells of every scale protocol what its row and its golden frames say; the sample names it."""

import re
from pathlib import Path

from gateway.drivers.scales import SCALES
from gateway.drivers.weight_map import load_weight_map
from tests.test_scale_maps import GOLDEN as MAPS
from tests.test_scales import CHECKED, GOLDEN, OPPOSITES, SAME_MEANING

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "devices" / "scales.md"


def row(name: str) -> str:
    """Give the row of the table for a protocol; what frames can say is read off the golden ones."""
    protocol, golden = SCALES[name], GOLDEN[name]
    frames = golden["frame"]
    said = {
        "unit": protocol.says_unit,
        "rest": any("stable" in frame for frame in frames),
        "net/gross": any("basis" in frame for frame in frames),
        "tare": any("tare" in frame for frame in frames),
        "range": any(frame.get("condition") in ("overload", "underload") for frame in frames),
        "check": name in CHECKED,
    }
    return " | ".join(
        (
            f"| `{name}`",
            protocol.model,
            f"{protocol.baud} {protocol.line}",
            "asked" if protocol.ask else "unasked",
            ", ".join(word for word, so in said.items() if so) or "nothing",
            f"{len(frames)} + {len(golden['refused'])}",
            f"{golden['source']} |",
        )
    )


def map_row(name: str) -> str:
    """Give the row of the table for the map of a weighing transmitter."""
    found, golden = load_weight_map(name), MAPS[name]
    read = f"{found.block.count} from {found.block.address}"
    count = f"{len(golden['answer'])} + {len(golden.get('refused', []))}"
    return f"| `{name}` | {found.model} | {read} | {found.confidence} | {count} | {found.source} |"


def rows_under(heading: str) -> list[str]:
    """Give the rows of the table under a heading of the page."""
    (section,) = (part for part in PAGE.read_text("utf-8").split("\n## ") if heading in part.split("\n")[0])
    return [line for line in section.split("\n") if line.startswith("| `")]


def test_page_has_the_table_of_all_profiles() -> None:
    assert rows_under("All protocols") == [row(name) for name in SCALES]


def test_page_has_the_table_of_all_maps() -> None:
    assert rows_under("Modbus") == [map_row(name) for name in sorted(MAPS)]


def test_page_counts_profiles_and_frames() -> None:
    (said,) = re.findall(r"(\d+) protocols, (\d+) golden frames, (\d+) refused", PAGE.read_text("utf-8"))
    frames = sum(len(golden["frame"]) for golden in GOLDEN.values())
    refused = sum(len(golden["refused"]) for golden in GOLDEN.values())
    assert tuple(map(int, said)) == (len(SCALES), frames, refused)


def test_page_lists_the_look_alikes() -> None:
    text = PAGE.read_text("utf-8")
    for pair in (*SAME_MEANING, *OPPOSITES):
        assert all(f"`{name}`" in text.split("## ")[-1] for name in pair)


def test_sample_config_names_every_protocol() -> None:
    sample = (ROOT / "config" / "gateway.toml").read_text("utf-8")
    (listed,) = re.findall(r"protocol =\n((?:#   .*\n)+)", sample)
    assert set(re.findall(r"[a-z0-9_]+(?=,|\n|\Z| \()", re.sub(r"\(.*", "", listed))) >= set(SCALES)
