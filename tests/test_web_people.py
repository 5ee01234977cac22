"""PINs, tokens, sessions and lock-out of the page, without a browser."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from gateway.errors import ConfigError
from gateway.registers import Role
from gateway.web import tokens
from gateway.web.pins import PinWeak, is_right, set_pin, with_pin
from gateway.web.secrets_file import SecretsUnreadable
from gateway.web.sessions import IDLE_S, LOCKED_S, TRIES, Lockout, Sessions

ROLES: dict[str, Role] = {"OP-07": "operator", "OP-12": "supervisor", "OP-99": "admin"}


def test_a_pin_is_kept_as_a_hash_that_only_the_gateway_reads(tmp_path: Path) -> None:
    set_pin(tmp_path, "OP-07", "274951")
    assert with_pin(tmp_path) == {"OP-07"}
    assert is_right(tmp_path, "OP-07", "274951")
    assert not is_right(tmp_path, "OP-07", "274952")
    assert not is_right(tmp_path, "OP-08", "274951")
    file = tmp_path / "pins.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "274951" not in file.read_text()
    set_pin(tmp_path, "OP-07", None)
    assert with_pin(tmp_path) == frozenset()


@pytest.mark.parametrize("weak", ["12345", "1234567", "abcdef", "000000", "123456", "987654", "٠١٢٣٤٥"])
def test_a_pin_that_everybody_tries_first_is_refused(tmp_path: Path, weak: str) -> None:
    with pytest.raises(PinWeak):
        set_pin(tmp_path, "OP-07", weak)
    assert with_pin(tmp_path) == frozenset()


def test_two_people_with_one_pin_have_two_hashes(tmp_path: Path) -> None:
    set_pin(tmp_path, "OP-07", "274951")
    set_pin(tmp_path, "OP-08", "274951")
    text = (tmp_path / "pins.json").read_text()
    hashes = [line for line in text.splitlines() if "scrypt" in line]
    assert len(set(hashes)) == 2


def test_a_file_of_pins_that_is_none_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / "pins.json").write_text("[]")
    with pytest.raises(SecretsUnreadable):
        with_pin(tmp_path)


def test_a_token_is_shown_once_kept_as_a_hash_and_can_be_revoked(tmp_path: Path) -> None:
    token = tokens.create(tmp_path, "office", "viewer", "2026-11-21")
    assert token not in (tmp_path / "tokens.json").read_text()
    found = tokens.find(tmp_path, token)
    assert found == tokens.Token("office", "viewer", "2026-11-21")
    assert tokens.find(tmp_path, token + "x") is None
    with pytest.raises(tokens.TokenRefused):
        tokens.create(tmp_path, "office", "admin", "2026-11-21")
    tokens.revoke(tmp_path, "office")
    assert tokens.find(tmp_path, token) is None
    with pytest.raises(tokens.TokenRefused):
        tokens.revoke(tmp_path, "office")


@pytest.mark.parametrize("badge", ROLES)
def test_a_session_locks_itself_when_nobody_touches_the_page(tmp_path: Path, badge: str) -> None:
    sessions = Sessions(tmp_path)
    cookie = sessions.begin(badge, 0.0)
    idle_s = IDLE_S[ROLES[badge]]
    assert sessions.find(cookie, idle_s - 1, ROLES, touch=True) is not None
    assert sessions.find(cookie, 2 * idle_s - 2, ROLES, touch=False) is not None
    assert sessions.find(cookie, 2 * idle_s - 1, ROLES, touch=True) is None
    assert sessions.find(cookie, 0.0, ROLES, touch=True) is None


def test_who_left_the_register_is_signed_out(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path)
    cookie = sessions.begin("OP-07", 0.0)
    assert sessions.find(cookie, 1.0, {}, touch=True) is None


def test_people_and_displays_outlive_a_restart_and_signing_out_does_too(tmp_path: Path) -> None:
    before = Sessions(tmp_path)
    stays, leaves = before.begin("OP-07", 0.0), before.begin("OP-12", 0.0)
    display = before.trust_display()
    before.end(leaves)
    before.keep()
    kept = (tmp_path / "sessions.json").read_text()
    assert not any(cookie in kept for cookie in (stays, leaves, display))
    after = Sessions(tmp_path)
    after.resume(500.0)
    assert after.find(stays, 501.0, ROLES, touch=False) is not None
    assert after.find(leaves, 501.0, ROLES, touch=False) is None
    assert after.is_display(display)
    assert not after.is_display(stays)


def test_the_fifth_wrong_try_locks_for_a_while() -> None:
    lockout = Lockout()
    left = [lockout.wrong("person", "address", now=float(n)) for n in range(TRIES)]
    assert left == [4, 3, 2, 1, 0]
    assert lockout.locked_s("person", now=4.0) == LOCKED_S
    assert lockout.locked_s("address", now=104.0) == LOCKED_S - 100
    assert lockout.locked_s("somebody else", now=4.0) == 0
    assert lockout.locked_s("person", now=4.0 + LOCKED_S) == 0
    assert lockout.wrong("person", now=5.0 + LOCKED_S) == 4


def test_the_right_one_forgets_the_wrong_ones() -> None:
    lockout = Lockout()
    for n in range(TRIES - 1):
        lockout.wrong("person", now=float(n))
    lockout.right("person")
    assert lockout.wrong("person", now=10.0) == TRIES - 1


@pytest.fixture
def config(tmp_path: Path) -> Path:
    sample = Path(__file__).parents[1] / "config" / "gateway.toml"
    text = sample.read_text("utf-8").replace('# data = "/var/lib/gateway"', 'data = "data"')
    (tmp_path / "gateway.toml").write_text(text, "utf-8")
    (tmp_path / "local").symlink_to(sample.parent / "local")
    (tmp_path / "data").mkdir()
    return tmp_path / "gateway.toml"


def test_pin_command_sets_lists_and_takes_away(config: Path) -> None:
    run = CliRunner()
    done = run.invoke(app, ["pin", "OP-07", "--stdin", "-c", str(config)], input="274951\n")
    assert done.exit_code == 0, done.output
    assert is_right(config.parent / "data", "OP-07", "274951")
    assert "OP-07  Nhân viên trạm 1" in run.invoke(app, ["pin", "-c", str(config)]).output
    assert run.invoke(app, ["pin", "OP-77", "--stdin", "-c", str(config)], input="274951\n").exit_code == 2
    assert run.invoke(app, ["pin", "OP-07", "--stdin", "-c", str(config)], input="111111\n").exit_code == 2
    assert run.invoke(app, ["pin", "OP-07", "--remove", "-c", str(config)]).exit_code == 0
    assert with_pin(config.parent / "data") == frozenset()


def test_token_command_creates_lists_and_revokes(config: Path) -> None:
    run = CliRunner()
    made = run.invoke(app, ["token", "create", "office", "--role", "viewer", "-c", str(config)])
    assert made.exit_code == 0, made.output
    assert tokens.find(config.parent / "data", made.output.strip()) is not None
    listed = run.invoke(app, ["token", "list", "-c", str(config)]).output
    assert listed.startswith("office  viewer")
    assert made.output.strip() not in listed
    assert run.invoke(app, ["token", "revoke", "office", "-c", str(config)]).exit_code == 0
    assert run.invoke(app, ["token", "revoke", "office", "-c", str(config)]).exit_code == 2


def test_a_page_for_the_whole_network_is_refused_until_somebody_has_a_pin(config: Path) -> None:
    text = config.read_text("utf-8").replace('# host = "127.0.0.1"                    #', 'host = "0.0.0.0" #')
    config.write_text(text, "utf-8")
    run = CliRunner()
    refused = run.invoke(app, ["check", str(config)])
    assert isinstance(refused.exception, ConfigError)
    assert "web.host: mở trang ra mạng mà chưa đặt mã PIN" in str(refused.exception)
    set_pin(config.parent / "data", "OP-07", "274951")
    assert run.invoke(app, ["check", str(config)]).exit_code == 0
