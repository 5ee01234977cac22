"""What the gateway watches of itself and raises as alarms: its journal, and the certificates of its way out."""

from collections.abc import Callable
from functools import partial
from typing import Final

from gateway.clock import Clock
from gateway.journal import Journal
from gateway.journal.books import CONDITIONS, ConditionName
from gateway.mqtt import BrokerTable
from gateway.mqtt.certificates import CERTIFICATE, expiring
from gateway.record.condition import Condition

_CERTIFICATES_EVERY_S: Final = 3600.0
"""A certificate renewed in its file is seen within the hour."""


def conditions(gateway: str, journal: Journal, clock: Clock, broker: Callable[[], BrokerTable]) -> dict[str, Condition]:
    """Begin a judge of each condition, by its name; `broker` gives the table in use now."""

    def of_journal(name: ConditionName) -> str | None:
        return journal.state().condition(name)

    def of_certificates() -> str | None:
        return expiring(broker(), clock.now()) if clock.dated else None

    judges = {str(name): Condition(name, gateway, partial(of_journal, name)) for name in CONDITIONS}
    judges[CERTIFICATE] = Condition(CERTIFICATE, gateway, of_certificates, every_s=_CERTIFICATES_EVERY_S)
    return judges
