"""The TOML file: read once, every mistake at once; after that each part holds its own table."""

from gateway.config.load import data_directory, examine, load
from gateway.config.schema import Config

__all__ = ["Config", "data_directory", "examine", "load"]
