"""Who we are: the packing house and this gateway, as the world addresses them."""

from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic.config import JsonDict

from gateway.gs1.identifiers import check_digit
from gateway.gs1.private_uri import private_uri
from gateway.settings import FilePath, Settings

DEMONSTRATION_PREFIX = "952"
LONGEST_DATA_PATH = 90
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


_TOGETHER: JsonDict = {"gln": ["company_prefix"], "company_prefix": ["gln"]}


class Site(Settings):
    """`[site]`: the packing house. `gln` is its GS1 location number, `facility` its packing-facility code.

    `sscc_extension` is the first digit of its pallets' SSCC.
    A house that is no member of GS1 has neither `gln` nor `company_prefix`: its things then bear private URIs.
    """

    model_config = ConfigDict(json_schema_extra={"dependentRequired": _TOGETHER})

    id: Name
    name: str
    gln: Annotated[str, Field(pattern=r"^\d{13}$")] | None = None
    company_prefix: Annotated[str, Field(pattern=r"^\d{7,10}$")] | None = None
    domain: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(/[A-Za-z0-9._~-]+)*$")]
    namespace: Annotated[str, Field(pattern=r"^https?://\S+[/#]$")]
    gateway_number: Annotated[int, Field(ge=0, le=9)] = 0
    sscc_extension: Annotated[int, Field(ge=0, le=9)] = 0
    facility: str | None = None
    demo: bool = False

    @property
    def uri(self) -> str:
        """The site's URI: the canonical Digital Link of its GLN, or a private one (domain.md §7)."""
        return private_uri(self.domain, "site", self.id) if self.gln is None else f"https://id.gs1.org/414/{self.gln}"

    @property
    def private_domain(self) -> str | None:
        """The domain private URIs of lots and cartons stand under; None in a house that is a member of GS1."""
        return self.domain if self.gln is None else None

    @model_validator(mode="after")
    def _codes_are_sound(self) -> "Site":
        if self.gln is None or self.company_prefix is None:
            if self.gln is not None or self.company_prefix is not None:
                missing = "gln" if self.gln is None else "company_prefix"
                raise ValueError(f"{missing}: gln and company_prefix go together: give both, or neither")
            return self
        if self.gln[-1] != check_digit(self.gln[:-1]):
            raise ValueError(f"gln: wrong check digit, should be {check_digit(self.gln[:-1])}")
        if not self.gln.startswith(self.company_prefix):
            raise ValueError("company_prefix: the gln does not begin with it")
        if self.gln.startswith(DEMONSTRATION_PREFIX) and not self.demo:
            raise ValueError("gln: 952 is GS1's demonstration prefix; use your own, or set site.demo = true")
        return self


class GatewayTable(Settings):
    """`[gateway]`: this machine. `data` is the directory of journal, counters and device key."""

    name: Name
    data: FilePath = Path("/var/lib/gateway")

    @field_validator("data")
    @classmethod
    def _leaves_room_for_the_panel(cls, data: Path) -> Path:
        if len(str(data).encode()) > LONGEST_DATA_PATH:
            raise ValueError(
                f"data: at most {LONGEST_DATA_PATH} bytes, since a unix socket lies in it; choose a shorter path"
            )
        return data
