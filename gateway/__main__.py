"""The command `gateway`: runs one command, and turns what went wrong into words and an exit status."""

import sys
from pathlib import Path
from typing import Final

from gateway.errors import ConfigError, GatewayError

FAILED: Final = 1
CONFIG: Final = 78
"""What a service manager knows as "configuration error" (sysexits.h): restarting would not mend it."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; always exits: 0 (fine), 1 (failed), 2 (usage) or 78 (configuration)."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        if (config := _daemon_alone(words)) is not None:
            from gateway.app import start

            start(config)
            sys.exit()
        from gateway.cli import app

        app(words, prog_name="gateway")
    except ConfigError as error:
        print(error, file=sys.stderr)
        sys.exit(CONFIG)
    except GatewayError as error:
        print(f"lỗi / error: {error}", file=sys.stderr)
        sys.exit(FAILED)
    except BrokenPipeError:
        # Whoever read our output had enough (`| head`); nothing more may be written to it at exit either.
        sys.stdout = None
        sys.exit(FAILED)


def _daemon_alone(words: list[str]) -> Path | None:
    """Give the config file when these words ask for the daemon and nothing else, as the service does.

    It stays in memory for months, on a machine that has little, so it goes without the library of the command line
    (3 MB); help, and whatever is said otherwise, is for that.
    """
    match words:
        case ["run", "--config" | "-c", file]:
            return Path(file)
    return None


if __name__ == "__main__":
    main()
