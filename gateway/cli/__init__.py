"""The command line: one command a file, imported when it is asked for, so that each is quick and the daemon small."""

from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

COMMANDS: Final = (
    "run",
    "demo",
    "check",
    "listen",
    "scan",
    "doctor",
    "receive",
    "verify",
    "status",
    "ask",
    "trace",
    "report",
    "counters",
    "label",
    "backup",
    "restore",
    "journal",
    "epcis",
    "pin",
    "token",
)
"""Each is the function of that name in the module of that name here."""

_PLAIN: Final[dict[str, Any]] = {
    "add_completion": False,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
}


class Commands(TyperGroup):
    """Finds a command by importing its module."""

    def list_commands(self, _ctx: Any) -> list[str]:
        """Name every command, the daily ones first."""
        return list(COMMANDS)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        """Give a command; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"gateway.cli.{cmd_name}")
        alone = typer.Typer(**_PLAIN)
        alone.command(cmd_name)(getattr(module, cmd_name))
        return typer.main.get_command(alone)


app = typer.Typer(cls=Commands, no_args_is_help=True, **_PLAIN)


def _print_version(asked: bool) -> None:
    if asked:
        from gateway import __version__

        print(__version__)
        raise typer.Exit


@app.callback()
def gateway(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="In phiên bản. / Print the version."),
    ] = False,
) -> None:
    """Gateway cơ sở đóng gói: cân, cảm biến, máy quét, nhãn, sổ sự kiện, MQTT.

    Packing-house gateway: scales, sensors, scanners, labels, a journal that loses nothing, MQTT.
    """
