"""Options that several commands share, and how an answer is printed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

DEFAULT_CONFIG: Final = Path("/etc/gateway/gateway.toml")

ConfigPath = Annotated[
    Path,
    typer.Option(
        "--config",
        "-c",
        envvar="GATEWAY_CONFIG",
        help="Tệp cấu hình. / The config file.",
        show_default=True,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="In JSON cho chương trình khác đọc. / Print JSON for scripts.")]


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON object on a line of its own."""
    print(json.dumps(document, ensure_ascii=False), flush=True)
