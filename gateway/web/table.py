"""The config table of the page. Nothing heavy is imported here: the config is read by houses without a page, too."""

from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from gateway.settings import Settings

Names = Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]


class WebTable(Settings):
    """`[web]`: the page, served when this table stands in the file.

    `host` beyond loopback needs a PIN for at least one person (`gateway pin`). `names` are further host names by which
    browsers may call this machine; `theme` and `language` are what a browser begins with.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    names: Names = ()
    theme: Literal["auto", "light", "dark"] = "auto"
    language: Literal["vi", "en"] = "vi"

    @property
    def only_here(self) -> bool:
        """Whether nobody beyond this machine can open the page."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Tell whether an address, or the name `localhost`, never leaves this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
