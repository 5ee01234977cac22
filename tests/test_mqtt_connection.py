"""One connection, against real brokers and lines that go bad."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gateway.cli.demo_broker import DemoBroker, free_port
from gateway.errors import UplinkError
from gateway.mqtt import BrokerTable
from gateway.mqtt.backoff import LONG_S, SHORT_S, Backoff
from gateway.mqtt.connection import NO_SUBSCRIBER, Will, connect
from tests.brokers import HANG_S, arriving, broker, mosquitto, table, until

__all__ = ["broker", "mosquitto"]


@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
async def test_messages_arrive_in_the_order_they_were_published(broker: DemoBroker, protocol: str) -> None:
    settings = table(broker, protocol=protocol)
    async with connect(settings, "speaker") as speaker, connect(settings, "listener") as listener:
        await listener.subscribe("a/#")
        pubacks = [speaker.publish("a/b", b"%d" % number) for number in range(500)]
        taken: list[bytes] = []
        async with asyncio.timeout(HANG_S):
            async for message in listener.messages():
                taken.append(message.payload)
                if len(taken) == 500:
                    break
        assert [await puback for puback in pubacks] == [0] * 500
    assert taken == [b"%d" % number for number in range(500)]


@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
async def test_a_quarter_of_a_megabyte_passes(broker: DemoBroker, protocol: str) -> None:
    settings = table(broker, protocol=protocol)
    payload = bytes(range(256)) * 1024
    async with connect(settings, "speaker") as speaker, connect(settings, "listener") as listener:
        await listener.subscribe("big")
        await speaker.publish("big", payload)
        (message,) = await arriving(listener)
    assert message.payload == payload


async def test_retained_messages_say_that_they_are(broker: DemoBroker) -> None:
    async with connect(table(broker), "speaker") as speaker, connect(table(broker), "listener") as listener:
        await listener.subscribe("kept")
        await speaker.publish("kept", b"1", retain=True)
        (live,) = await arriving(listener)
        async with connect(table(broker), "late") as late:
            await late.subscribe("kept")
            (kept,) = await arriving(late)
    assert (live.retained, kept.retained) == (False, True)


async def test_the_will_is_spoken_when_we_vanish_and_not_when_we_say_goodbye(mosquitto: DemoBroker) -> None:
    async with connect(table(mosquitto), "listener") as listener:
        await listener.subscribe("will/#")
        async with connect(table(mosquitto), "polite", Will("will/polite", b"gone")):
            pass
        async with (
            connect(table(mosquitto), "rude", Will("will/rude", b"gone")),
            connect(table(mosquitto), "rude"),  # taken over: no goodbye
        ):
            (message,) = await arriving(listener)
    assert message.topic == "will/rude"


async def test_a_killed_broker_is_noticed_by_everyone_who_waits(broker: DemoBroker) -> None:
    async with connect(table(broker), "client") as client:
        await client.subscribe("a")
        waiting = asyncio.create_task(client.next_messages())
        await broker.kill()
        async with asyncio.timeout(HANG_S):
            with pytest.raises(UplinkError):
                await waiting
        with pytest.raises(UplinkError):
            await client.publish("a", b"")
        with pytest.raises(UplinkError):
            await client.subscribe("b")
        assert client.lost


async def test_messages_that_arrived_before_the_end_are_still_given_out(mosquitto: DemoBroker) -> None:
    async with connect(table(mosquitto), "client") as client:
        await client.subscribe("a")
        await client.publish("a", b"last words")
        await mosquitto.kill()
        await until(lambda: client.lost)
        assert [message.payload for message in await client.next_messages()] == [b"last words"]
        with pytest.raises(UplinkError):
            await client.next_messages()


async def test_no_broker_is_an_uplink_error() -> None:
    nobody = BrokerTable(host="127.0.0.1", port=free_port(), acknowledge="receiver")
    with pytest.raises(UplinkError, match="refused"):
        async with connect(nobody, "client"):
            pytest.fail("connected to nobody")


@asynccontextmanager
async def relay(broker: DemoBroker) -> AsyncIterator["Relay"]:
    """A line to the broker that can be made to swallow everything."""
    line = Relay(broker.port)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        for writer in line.writers:
            writer.close()
        await asyncio.gather(*line.tasks, return_exceptions=True)
        await server.wait_closed()


class Relay:
    def __init__(self, target: int) -> None:
        self.port = 0
        self.swallows = False
        self.writers: list[asyncio.StreamWriter] = []
        self.tasks: list[asyncio.Task[None]] = []
        self._target = target

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        self.writers += [writer, back]
        self.tasks += [asyncio.create_task(self._pump(reader, back)), asyncio.create_task(self._pump(there, writer))]

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if not self.swallows:
                writer.write(data)
                await writer.drain()


async def test_a_line_that_swallows_everything_is_found_within_one_and_a_half_keepalives(
    mosquitto: DemoBroker,
) -> None:
    async with relay(mosquitto) as line:
        settings = BrokerTable(host="127.0.0.1", port=line.port, acknowledge="receiver", keepalive_s=1.0)
        async with connect(settings, "client") as client:
            line.swallows = True
            began = time.monotonic()
            async with asyncio.timeout(HANG_S):
                with pytest.raises(UplinkError, match="not a byte"):
                    await client.next_messages()
            assert time.monotonic() - began < 10 * 1.5


async def test_a_quiet_line_stays_open_beyond_its_keepalive(mosquitto: DemoBroker) -> None:
    settings = table(mosquitto, keepalive_s=1.0)
    async with connect(settings, "quiet") as quiet:
        await quiet.subscribe("a")
        waiting = asyncio.create_task(quiet.next_messages())
        done, _ = await asyncio.wait({waiting}, timeout=2.5)
        assert not done
        await quiet.publish("a", b"")
        await waiting


async def test_a_broker_that_accepts_and_says_nothing_is_given_up_in_time() -> None:
    gone = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        gone.set()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        silent = BrokerTable(host="127.0.0.1", port=port, acknowledge="receiver", connect_within_s=0.3)
        with pytest.raises(UplinkError, match=r"no answer in 0\.3 s"):
            async with connect(silent, "client"):
                pytest.fail("connected to silence")
        await gone.wait()


@asynccontextmanager
async def guarded_mosquitto(directory: Path, config: str) -> AsyncIterator[DemoBroker]:
    """A mosquitto with lines of its own in the config."""

    class Guarded(DemoBroker):
        def _prepare(self) -> list[str]:
            command = super()._prepare()
            path = directory / "mosquitto.conf"
            path.write_text(path.read_text().replace("allow_anonymous true\n", config))
            return command

    guarded = Guarded(directory, "mosquitto")
    await guarded.start()
    try:
        yield guarded
    finally:
        await guarded.stop()


@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
async def test_a_broker_that_refuses_us_says_why(tmp_path: Path, protocol: str) -> None:
    async with guarded_mosquitto(tmp_path, "allow_anonymous false\n") as guarded:
        with pytest.raises(UplinkError, match="refuses us"):
            async with connect(table(guarded, protocol=protocol), "client"):
                pytest.fail("let in without a name")


async def test_name_and_password_let_us_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("đi vào\n")
    passwords = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "house-1", "đi vào"], check=True)  # noqa: ASYNC221
    lines = f"allow_anonymous false\npassword_file {passwords}\n"
    async with (
        guarded_mosquitto(tmp_path, lines) as guarded,
        connect(table(guarded, username="house-1", password_file=str(secret)), "client") as client,
    ):
        assert await client.publish("a", b"") == 0


async def test_a_message_the_broker_refuses_is_a_failure_and_not_a_delivery(tmp_path: Path) -> None:
    (tmp_path / "acl").write_text("topic read #\n")
    lines = f"allow_anonymous true\nacl_file {tmp_path / 'acl'}\n"
    async with (
        guarded_mosquitto(tmp_path, lines) as guarded,
        connect(table(guarded, protocol="5"), "client") as client,
    ):
        with pytest.raises(UplinkError, match="did not take"):
            await client.publish("forbidden", b"")


async def test_mqtt_5_says_when_nobody_listens(mosquitto: DemoBroker) -> None:
    async with connect(table(mosquitto, protocol="5"), "client") as client:
        assert await client.publish("nobody/listens", b"") == NO_SUBSCRIBER


def certificate(directory: Path, name: str, begins: datetime) -> tuple[Path, Path]:
    """Make a self-signed certificate for 127.0.0.1 that lives for two days."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = directory / f"{name}.pem", directory / f"{name}.key"
    paths[0].write_bytes(signed.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


@asynccontextmanager
async def mosquitto_with(directory: Path, own: tuple[Path, Path]) -> AsyncIterator[DemoBroker]:
    """A mosquitto that speaks TLS."""
    lines = f"allow_anonymous true\ncertfile {own[0]}\nkeyfile {own[1]}\n"
    async with guarded_mosquitto(directory, lines) as guarded:
        yield guarded


async def test_large_messages_pass_through_tls(tmp_path: Path) -> None:
    own = certificate(tmp_path, "broker", datetime.now(UTC) - timedelta(hours=1))
    async with (
        mosquitto_with(tmp_path, own) as guarded,
        connect(table(guarded, ca=str(own[0])), "speaker") as speaker,
        connect(table(guarded, ca=str(own[0])), "listener") as listener,
    ):
        await listener.subscribe("a")
        for size in (1, 20_000, 200_000):  # several TLS records wait decrypted behind one readable event
            await speaker.publish("a", bytes(size))
        taken: list[int] = []
        while len(taken) < 3:
            taken += [len(message.payload) for message in await arriving(listener)]
    assert taken == [1, 20_000, 200_000]


async def test_a_ca_given_is_always_checked(tmp_path: Path) -> None:
    own = certificate(tmp_path, "broker", datetime.now(UTC) - timedelta(hours=1))
    stranger, _ = certificate(tmp_path, "stranger", datetime.now(UTC) - timedelta(hours=1))
    async with mosquitto_with(tmp_path, own) as guarded:
        with pytest.raises(UplinkError, match="certificate verify failed"):
            async with connect(table(guarded, ca=str(stranger)), "client"):
                pytest.fail("trusted a stranger")


@pytest.mark.parametrize(("days", "words"), [(-30, "expired"), (30, "not yet valid")])
async def test_a_clock_outside_the_certificates_life_is_named(tmp_path: Path, days: int, words: str) -> None:
    own = certificate(tmp_path, "broker", datetime.now(UTC) + timedelta(days=days))
    async with mosquitto_with(tmp_path, own) as guarded:
        with pytest.raises(UplinkError, match=f"clock, not network: the certificate is {words}"):
            async with connect(table(guarded, ca=str(own[0])), "client"):
                pytest.fail("trusted a certificate outside its life")


async def test_while_nobody_takes_messages_the_broker_is_made_to_wait(mosquitto: DemoBroker) -> None:
    async with connect(table(mosquitto), "speaker") as speaker, connect(table(mosquitto), "slow") as slow:
        await slow.subscribe("a")
        await asyncio.gather(*[speaker.publish("a", b"%d" % number) for number in range(900)])
        first = slow.arrived()
        assert len(first) < 900
        taken = len(first)
        while taken < 900:
            taken += len(await arriving(slow))


def test_pauses_begin_at_a_second_and_stay_short_in_the_first_minutes() -> None:
    backoff = Backoff()
    now, pauses = 1000.0, []
    for _ in range(20):
        pauses.append(backoff.failed(now, now))
        now += pauses[-1]
    assert 0.5 <= pauses[0] <= 1.0
    assert max(pauses) <= SHORT_S
    assert min(pauses[2:]) >= SHORT_S / 2
    assert len(set(pauses)) > 15
    assert LONG_S / 2 <= backoff.failed(now + 3600, now + 3600) <= LONG_S


def test_pauses_start_afresh_after_success() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.failed(0.0, 0.0)
    backoff.worked()
    assert backoff.failed(10.0, 10.0) <= 1.0
    for _ in range(5):
        backoff.failed(20.0, 20.0)
    assert backoff.failed(30.0, 90.0) <= 1.0
