"""What stands on a scale's plate and its verification mark; it becomes part of each weighing's evidence."""

from datetime import date
from typing import Annotated

from pydantic import Field

from gateway.settings import Amount, Settings


class Plate(Settings):
    """`max_kg`, `interval_kg` (verification scale interval e) and `verified_until`, in the table of every scale."""

    max_kg: Annotated[Amount, Field(gt=0)] | None = None
    interval_kg: Annotated[Amount, Field(gt=0)] | None = None
    verified_until: date | None = None
