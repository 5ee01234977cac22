"""TLS to the broker: what is checked, and what a failure means in words."""

import ssl
from typing import Final

from gateway.mqtt.broker import BrokerTable

_OUTSIDE_LIFE: Final = {9: "not yet valid", 10: "expired"}
"""OpenSSL verify codes that a wrong clock causes as well as an old certificate."""


class _TidySocket(ssl.SSLSocket):
    """A TLS socket that does not stay open when the handshake fails; paho forgets it then."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def context_of(table: BrokerTable) -> ssl.SSLContext:
    """Give a context that checks the broker against the table's CA, or the system's, and shows our certificate.

    Raises:
        OSError: A file cannot be read, or holds no certificate or key.
    """
    context = ssl.create_default_context(cafile=table.ca)
    context.sslsocket_class = _TidySocket
    if table.certificate is not None:
        context.load_cert_chain(table.certificate, table.key)
    return context


def why(error: OSError | ValueError) -> str:
    """Say what went wrong while connecting; a clock outside the certificate's life is named as such."""
    if isinstance(error, ssl.SSLCertVerificationError) and (life := _OUTSIDE_LIFE.get(error.verify_code)):
        return f"clock, not network: the certificate is {life} by this machine's clock"
    return str(error)
