"""What traces and reports must know of the house, from its config file."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.trace import Premises


def premises(config_path: Path) -> "Premises":
    """Read the config and give what a trace needs of it.

    Raises:
        ConfigError: The config has mistakes.
    """
    from gateway.config import load
    from gateway.trace import Premises

    config = load(config_path)
    return Premises(
        data=config.gateway.data,
        site=config.site,
        registers=config.registers,
        rooms=config.room,
        rules=config.rule,
        acknowledge=config.broker.acknowledge,
    )
