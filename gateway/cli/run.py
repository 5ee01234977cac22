"""`gateway run`: the daemon."""

from gateway.cli.options import DEFAULT_CONFIG, ConfigPath


def run(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Chạy gateway / Run the gateway until told to stop."""
    from gateway.app import start

    start(config)
