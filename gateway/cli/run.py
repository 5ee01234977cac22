"""`gateway run`: the daemon."""

from gateway.cli.options import DEFAULT_CONFIG, ConfigPath


def run(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Chạy gateway / Run the gateway until told to stop."""
    import asyncio
    import logging

    from gateway import app
    from gateway.config import load
    from gateway.diagnosis.doctor import described

    checked = load(config)
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.INFO)
    asyncio.run(app.run(checked, config_path=config, examine=described))
