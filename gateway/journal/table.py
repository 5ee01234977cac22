"""What the config file says about the journal."""

from typing import Annotated

from pydantic import Field

from gateway.settings import Seconds, Settings


class JournalTable(Settings):
    """`[journal]`: `budget_mb` (10^6 bytes) is what journal.db may take; default a quarter of the disk, at least 1 GB.

    A signed checkpoint is written every `checkpoint_every` entries, or `checkpoint_every_s` seconds after the first
    entry that none covers. Confirmed entries are kept for `keep_months`.
    """

    budget_mb: Annotated[int, Field(ge=1)] | None = None
    checkpoint_every: Annotated[int, Field(ge=1)] = 100
    checkpoint_every_s: Annotated[Seconds, Field(gt=0)] = 300.0
    keep_months: Annotated[int, Field(ge=1)] = 24
