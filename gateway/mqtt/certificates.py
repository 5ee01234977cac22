"""When the certificates of the way to the broker end."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from gateway.locale.shown import day
from gateway.mqtt.broker import BrokerTable

EXPIRES_SOON: Final = timedelta(days=30)
CERTIFICATE: Final = "certificate-expires"


def expiring(table: BrokerTable, now: datetime) -> str:
    """Say, in both languages, which certificates end within 30 days or have ended; empty when none does.

    Of our own file the first one that ends counts, since the chain is as long as its shortest link; of the authorities'
    the last, since a bundle may hold old ones beside those in use. Of a file that cannot be read the connection speaks.
    """
    ends = {table.certificate: min, table.ca: max}
    said = []
    for path, which in ends.items():
        times = [] if path is None else _ends(path)
        if path is not None and times and (end := which(times)) - now < EXPIRES_SOON:
            said.append(
                f"chứng thư số {path.name} hết hạn ngày {day(end)} / certificate {path.name} ends {end:%Y-%m-%d}"
            )
    return "; ".join(said)


def _ends(path: Path) -> list[datetime]:
    from cryptography import x509  # heavy, and only a house with TLS needs it

    try:
        return [one.not_valid_after_utc for one in x509.load_pem_x509_certificates(path.read_bytes())]
    except (OSError, ValueError):
        return []
