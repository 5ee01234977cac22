"""What every table of the config file is: strict, frozen, and closed to unknown keys."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Annotated

# Nobody's plugin has a say in what this config means; to look for them reads every installed package at each start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo


class Settings(BaseModel):
    """One table of the config file; the fields are its keys, the docstring names the table."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


def _decimal(value: object) -> object:
    """Take a TOML integer where an amount is meant; TOML fractions already arrive as Decimal."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _seconds(value: object) -> object:
    return float(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else value


def _file_path(value: object, info: ValidationInfo) -> object:
    """Take a path as the config file means it: a relative one begins where that file lies (context: `directory`)."""
    if not isinstance(value, str):
        return value
    directory: Path | None = (info.context or {}).get("directory")
    return directory / value if directory else Path(value)


Amount = Annotated[Decimal, BeforeValidator(_decimal)]
"""A quantity in the unit its key names; exact."""

Seconds = Annotated[float, BeforeValidator(_seconds)]
"""A duration in seconds."""

FilePath = Annotated[Path, BeforeValidator(_file_path)]
"""A file or directory; a relative one begins beside the config file."""
