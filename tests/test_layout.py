"""The tree, the lock files and the commands everybody starts with are what they promise to be."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-test.lock")

ADDRESS = re.compile(r"://|@|--(?:index|extra-index|find-links|trusted-host)|/")
PIN = re.compile(r"([a-z0-9-]+)==([^\s;]+)(?: ; .+)? \\")
HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}(?: \\)?")


@pytest.mark.parametrize(
    "folder",
    [
        "gateway",
        "gateway/drivers",
        "gateway/rules",
        "firmware_mock",
        "config",
        "systemd",
        "tests",
        "docs",
        "benchmarks",
    ],
)
def test_folder_is_there(folder: str) -> None:
    assert any((ROOT / folder).iterdir())


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_packages_versions_and_hashes_only(lock: str) -> None:
    rows = (ROOT / lock).read_text("utf-8").splitlines()
    assert len(rows) > 100
    for row in rows:
        assert not ADDRESS.search(row), row
        assert PIN.fullmatch(row) or HASH.fullmatch(row), row


def _pins(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in (ROOT / lock).read_text("utf-8").splitlines():
        if pin := PIN.fullmatch(row):
            found.setdefault(pin[1], set()).add(pin[2])
    return found


def test_both_locks_agree() -> None:
    run, test = _pins(LOCKS[0]), _pins(LOCKS[1])
    assert run.keys() & test.keys()
    for name in run.keys() & test.keys():
        assert run[name] == test[name], name


def _named(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[=<>~!; ]", requirement)[0].lower() for requirement in requirements}


def test_lock_holds_everything_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert _named(project["project"]["dependencies"]) <= _pins(LOCKS[0]).keys()
    assert _named(project["build-system"]["requires"]) <= _pins(LOCKS[0]).keys()
    assert _named(project["dependency-groups"]["test"]) <= _pins(LOCKS[1]).keys()


def test_every_dependency_has_its_reason_in_the_docs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    said = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    asked = _named(project["project"]["dependencies"]) | _named(project["dependency-groups"]["test"])
    assert [name for name in sorted(asked) if f"`{name}`" not in said] == []


def test_the_environment_runs_what_the_lock_names() -> None:
    for name, versions in _pins(LOCKS[0]).items():
        if name in ("colorama", "setuptools"):  # not on Linux; a tool to build with
            continue
        installed = metadata.version(name)
        assert any(_same(installed, version) for version in versions), f"{name} {installed}, not {versions}"


def _same(one: str, other: str) -> bool:
    """Compare versions as numbers: 1.002 is 1.2."""
    return [int(part) for part in re.findall(r"\d+", one)] == [int(part) for part in re.findall(r"\d+", other)]


def test_ci_runs_what_a_person_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "make test" in script
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("setup", "setup-test", "demo", "test", "check", "bench", "lock", "clean"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_no_module_is_empty() -> None:
    modules = [path for folder in ("gateway", "firmware_mock") for path in (ROOT / folder).rglob("*.py")]
    assert len(modules) > 50
    assert [str(path) for path in modules if not path.read_text("utf-8").strip()] == []
