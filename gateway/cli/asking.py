"""What commands ask of the running gateway, over its local socket."""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

from gateway.errors import GatewayError

_ANSWERS_WITHIN_S: Final = 10.0


def ask_gateway(config: Path, line: dict[str, Any]) -> dict[str, Any]:
    """Send one request (`key`, `by`, `station`, `request`) and give the answer.

    Raises:
        GatewayError: No gateway runs here, or it does not answer.
    """
    return asyncio.run(_asked(config, line))


def print_answer(said: dict[str, Any]) -> None:
    """Print what the gateway said to it, in both languages."""
    print(f"{' · '.join(said['sentence']['vi'])}\n{said['sentence']['en']}")


async def _asked(config: Path, line: dict[str, Any]) -> dict[str, Any]:
    from gateway.config import data_directory
    from gateway.record.request_socket import FILE, LONGEST

    try:
        async with asyncio.timeout(_ANSWERS_WITHIN_S):
            reader, writer = await asyncio.open_unix_connection(data_directory(config) / FILE, limit=LONGEST)
            writer.write(json.dumps(line).encode() + b"\n")
            said: dict[str, Any] = json.loads(await reader.readline())
            writer.close()
    except (OSError, TimeoutError, ValueError) as error:
        raise GatewayError(f"gateway không chạy hoặc không trả lời / no gateway answers here: {error}") from error
    return said
