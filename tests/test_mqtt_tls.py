"""TLS with certificates on both sides, made here, against a mosquitto that demands them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gateway.errors import UplinkError
from gateway.journal import Journal
from gateway.mqtt.backoff import LONG_S
from gateway.mqtt.connection import connect
from tests.brokers import DemoBroker, table, until
from tests.houses import confirmed, receiving, record, up, uplink
from tests.test_mqtt_connection import guarded_mosquitto

HOUR = timedelta(hours=1)


@dataclass
class Authority:
    """A certificate authority of our own in a directory."""

    directory: Path
    name: str
    lasts_h: int = 100

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        now = datetime.now(UTC)
        certificate = self._builder(self._issuer, self._key, now - HOUR, now + self.lasts_h * HOUR).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.path = self.directory / f"{self.name}.pem"
        self.path.write_bytes(certificate.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def sign(self, name: str, begins: datetime | None = None) -> tuple[Path, Path]:
        """Give certificate and key for 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        begins = begins or datetime.now(UTC) - HOUR
        certificate = self._builder(subject, key, begins, begins + 50 * HOUR).add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        paths = self.directory / f"{name}.pem", self.directory / f"{name}.key"
        paths[0].write_bytes(certificate.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))
        paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return paths

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
        )


@asynccontextmanager
async def strict_mosquitto(directory: Path, ca: Authority, begins: datetime | None = None) -> AsyncIterator[DemoBroker]:
    """A mosquitto that lets in only those who show a certificate of this authority."""
    certificate, key = ca.sign("broker", begins)
    lines = f"allow_anonymous true\ncafile {ca.path}\ncertfile {certificate}\nkeyfile {key}\nrequire_certificate true\n"
    async with guarded_mosquitto(directory, lines) as guarded:
        yield guarded


def ours(ca: Authority) -> dict[str, str]:
    certificate, key = ca.sign("gateway")
    return {"ca": str(ca.path), "certificate": str(certificate), "key": str(key)}


async def test_events_pass_between_certificates_on_both_sides(journal: Journal, tmp_path: Path) -> None:
    ca = Authority(tmp_path, "ca")
    settings = ours(ca)
    paths = {name: Path(path) for name, path in settings.items()}
    async with strict_mosquitto(tmp_path, ca) as broker:
        link = uplink(journal, broker, **settings)
        async with receiving(broker, tmp_path / "receiver.db", **paths), up(link):
            entries = await record(journal, 120)
            await confirmed(link, entries[-1])


async def test_without_a_certificate_of_that_authority_nobody_is_let_in(tmp_path: Path) -> None:
    ca, stranger = Authority(tmp_path, "ca"), Authority(tmp_path, "stranger")
    async with strict_mosquitto(tmp_path, ca) as broker:
        for settings in ({"ca": str(ca.path)}, {**ours(stranger), "ca": str(ca.path)}):
            with pytest.raises(UplinkError):
                async with connect(table(broker, **settings), "client") as client:
                    await client.publish("a", b"")


async def test_the_wrong_authority_is_refused_by_us(tmp_path: Path) -> None:
    ca, stranger = Authority(tmp_path, "ca"), Authority(tmp_path, "stranger")
    async with strict_mosquitto(tmp_path, ca) as broker:
        with pytest.raises(UplinkError, match="certificate verify failed"):
            async with connect(table(broker, **{**ours(ca), "ca": str(stranger.path)}), "client"):
                pytest.fail("trusted a stranger")


async def test_it_connects_by_itself_when_the_time_has_come_into_the_certificates_life(
    journal: Journal, tmp_path: Path
) -> None:
    ca = Authority(tmp_path, "ca")
    begins = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
    async with strict_mosquitto(tmp_path, ca, begins) as broker:
        link = uplink(journal, broker, **ours(ca))
        async with up(link):
            await until(lambda: "clock, not network" in link.status.error, "the clock is named")
            await until(lambda: link.status.connected, "connected by itself")
    assert datetime.now(UTC) >= begins
    assert LONG_S < 10  # design §4: within 10 s of the clock being right, however long it was wrong
