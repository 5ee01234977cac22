"""`gateway run`: the daemon."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from gateway.cli.options import DEFAULT_CONFIG, ConfigPath

if TYPE_CHECKING:
    from gateway.config import Config


def run(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Chạy gateway / Run the gateway until told to stop."""
    from gateway.app import start

    start(config, _examine)


def _examine(config: "Config", built: datetime) -> dict[str, Any]:
    """Call the doctor; it is loaded only when somebody looks."""
    from gateway.diagnosis.doctor import described

    return described(config, built)
