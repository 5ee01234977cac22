"""Where the broker is, how to be let in, and whose word counts as delivery."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from gateway.settings import FilePath, Seconds, Settings

Level = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


class BrokerTable(Settings):
    """`[broker]`: the way to the province.

    `acknowledge` has no default on purpose. "receiver": an event counts as delivered when the receiver has stored it
    and said so. "broker": when the broker has taken it, which is weaker, since a broker may still drop or forget it.
    A `ca` given is always checked; `tls = true` alone checks against the system's authorities. `certificate` and `key`
    are our own. `protocol` is the MQTT version.
    """

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 1883
    acknowledge: Literal["receiver", "broker"]
    root: Level = "packhouse"
    protocol: Literal["3.1.1", "5"] = "3.1.1"
    username: str | None = None
    password_file: FilePath | None = None
    tls: bool = False
    ca: FilePath | None = None
    certificate: FilePath | None = None
    key: FilePath | None = None
    keepalive_s: Annotated[Seconds, Field(ge=1, le=3600)] = 30.0
    connect_within_s: Annotated[Seconds, Field(gt=0, le=120)] = 10.0
    acknowledged_within_s: Annotated[Seconds, Field(gt=0, le=600)] = 10.0

    @property
    def encrypted(self) -> bool:
        """Whether the connection is TLS."""
        return self.tls or self.ca is not None or self.certificate is not None

    @model_validator(mode="after")
    def _halves_go_together(self) -> "BrokerTable":
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together: give both, or neither")
        if self.password_file is not None and self.username is None:
            raise ValueError("password_file: needs a username beside it")
        return self
