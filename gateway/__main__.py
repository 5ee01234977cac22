"""The command `gateway`: runs one command, and turns what went wrong into words and an exit status."""

import sys
from typing import Final

from gateway.errors import ConfigError, GatewayError

FAILED: Final = 1
CONFIG: Final = 78
"""What a service manager knows as "configuration error" (sysexits.h): restarting would not mend it."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; always exits: 0 (fine), 1 (failed), 2 (usage) or 78 (configuration)."""
    from gateway.cli import app

    try:
        app(arguments, prog_name="gateway")
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


if __name__ == "__main__":
    main()
