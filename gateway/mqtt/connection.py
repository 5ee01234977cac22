"""One MQTT connection: opened in a thread, then driven by the event loop; it ends once and is never mended."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from gateway.errors import UplinkError
from gateway.mqtt.broker import BrokerTable
from gateway.mqtt.inbox import Inbox, Message
from gateway.mqtt.loop_socket import LoopSocket
from gateway.mqtt.thread import in_thread
from gateway.mqtt.tls import context_of, why

NO_SUBSCRIBER: Final = 0x10
"""MQTT 5 reason code of a PUBACK: accepted, and thrown away, since nobody is subscribed."""

_PROTOCOL: Final = {"3.1.1": MQTTProtocolVersion.MQTTv311, "5": MQTTProtocolVersion.MQTTv5}
_SILENCE: Final = 1.4
"""Keepalives without a byte from the broker after which it is given up; paho alone would wait two."""
_CLOSE_WITHIN_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says for us, retained, when we vanish."""

    topic: str
    payload: bytes


@asynccontextmanager
async def connect(table: BrokerTable, client_id: str, will: Will | None = None) -> AsyncGenerator["Connection", None]:
    """Hold a connection with a clean session; leaving says goodbye, so the will is not published.

    Raises:
        UplinkError: No connection within `connect_within_s`, or the broker refuses.
    """
    connection = Connection(table, client_id, will)
    try:
        await connection.open()
        yield connection
    finally:
        await connection.close()


class Connection:
    """A connection over a paho client of its own. Everything but opening the socket happens in the event loop."""

    def __init__(self, table: BrokerTable, client_id: str, will: Will | None) -> None:
        self._table = table
        self._loop = asyncio.get_running_loop()
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=_PROTOCOL[table.protocol],
            reconnect_on_failure=False,
        )
        self._client.connect_timeout = table.connect_within_s
        self._client.max_inflight_messages_set(0)  # the window is the uplink's; paho keeps none of its own
        if will is not None:
            self._client.will_set(will.topic, will.payload, qos=1, retain=True)
        self._accepted: asyncio.Future[None] = self._loop.create_future()
        self._published: dict[int, asyncio.Future[int]] = {}
        self._subscribed: dict[int, asyncio.Future[None]] = {}
        self._line: LoopSocket | None = None
        self._inbox = Inbox(self._pause, self._resume)
        self._closed = asyncio.Event()
        self._lost: UplinkError | None = None
        self._abandoned = False
        self._heard = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Connect, shake hands and wait until the broker lets us in.

        Raises:
            UplinkError: It took too long, the network or TLS failed, or the broker refused.
        """
        where = f"{self._table.host}:{self._table.port}"
        try:
            async with asyncio.timeout(self._table.connect_within_s):
                await in_thread(self._open_socket, "connect to the broker")
                self._join_loop()
                await self._accepted
        except TimeoutError:
            raise UplinkError(f"{where}: no answer in {self._table.connect_within_s:g} s") from None
        except (OSError, ValueError) as error:
            raise UplinkError(f"{where}: {why(error)}") from error
        finally:
            self._abandoned = True

    def _open_socket(self) -> None:
        """In a thread: paho has no callbacks yet, so it sends CONNECT itself and touches no loop."""
        table = self._table
        if table.username is not None:
            secret = table.password_file.read_text().strip() if table.password_file else None
            self._client.username_pw_set(table.username, secret)
        if table.encrypted:
            self._client.tls_set_context(context_of(table))
        # always a clean session: what we want is asked for anew, and the uplink itself knows what was delivered
        self._client.connect(table.host, table.port, keepalive=max(1, int(table.keepalive_s)))
        if self._abandoned:
            self._drop_socket()

    def _join_loop(self) -> None:
        client = self._client
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = self._on_register_write
        client.on_socket_unregister_write = self._on_unregister_write
        sock = client.socket()
        if sock is None:
            raise ConnectionResetError("closed by the broker before it answered")
        self._line = LoopSocket(sock.fileno(), self._readable, self._writable)
        self._heard = self._loop.time()
        if client.want_write():
            self._line.want_write()
        self._tick()

    # -- what the loop calls

    def _readable(self) -> None:
        self._heard = self._loop.time()
        self._client.loop_read()
        while self._line is not None and self._line.reading:
            # TLS may hold decrypted bytes that no selector will ever announce
            sock = self._client.socket()
            if not isinstance(sock, ssl.SSLSocket) or not sock.pending():
                return
            self._client.loop_read()

    def _writable(self) -> None:
        self._client.loop_write()

    def _tick(self) -> None:
        keepalive = self._table.keepalive_s
        silent = self._loop.time() - self._heard > _SILENCE * keepalive
        if silent and self._line is not None and self._line.reading:
            self._end(f"not a byte from the broker in {_SILENCE * keepalive:g} s")
            return
        self._client.loop_misc()
        if self._lost is None:
            self._timer = self._loop.call_later(min(1.0, keepalive / 10), self._tick)

    def _resume(self) -> None:
        if self._line is not None:
            self._line.resume()

    def _pause(self) -> None:
        if self._line is not None:
            self._line.pause()

    # -- what paho calls; types are paho's

    def _on_connect(self, _client: Any, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any) -> None:
        if self._accepted.done():
            return
        if reason.is_failure:
            self._accepted.set_exception(UplinkError(f"the broker refuses us: {reason}"))
        else:
            self._accepted.set_result(None)

    def _on_disconnect(
        self, _client: Any, _data: Any, flags: paho.DisconnectFlags, reason: ReasonCode, _properties: Any
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            self._end(f"the broker ended the connection: {reason}")
        else:
            self._end("the connection to the broker broke")

    def _on_message(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return
        self._inbox.put(Message(topic, bytes(message.payload), message.retain))

    def _on_publish(self, _client: Any, _data: Any, mid: int, reason: ReasonCode, _properties: Any) -> None:
        future = self._published.pop(mid, None)
        if future is None or future.done():
            return
        if reason.is_failure:
            future.set_exception(UplinkError(f"the broker did not take the message: {reason}"))
        else:
            future.set_result(reason.value)

    def _on_subscribe(self, _client: Any, _data: Any, mid: int, reasons: list[ReasonCode], _properties: Any) -> None:
        future = self._subscribed.pop(mid, None)
        if future is None or future.done():
            return
        refused = [str(reason) for reason in reasons if reason.is_failure]
        if refused:
            future.set_exception(UplinkError(f"the broker refuses the subscription: {', '.join(refused)}"))
        else:
            future.set_result(None)

    def _on_socket_close(self, _client: Any, _data: Any, _sock: Any) -> None:
        self._leave_loop()

    def _on_register_write(self, _client: Any, _data: Any, _sock: Any) -> None:
        if self._line is not None:
            self._line.want_write()

    def _on_unregister_write(self, _client: Any, _data: Any, _sock: Any) -> None:
        if self._line is not None:
            self._line.no_write()

    # -- what uplink and receiver call

    @property
    def lost(self) -> bool:
        """Whether the connection has ended."""
        return self._lost is not None

    async def subscribe(self, *filters: str) -> None:
        """Ask for messages at QoS 1 and wait until the broker has agreed.

        Raises:
            UplinkError: Refused, or the connection is lost.
        """
        if self._lost is not None:
            raise self._lost
        code, mid = self._client.subscribe([(name, 1) for name in filters])
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS or mid is None:
            raise UplinkError(f"cannot subscribe: {paho.error_string(code)}")
        future = self._subscribed[mid] = self._loop.create_future()
        future.add_done_callback(_retrieved)
        await future

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> asyncio.Future[int]:
        """Send at QoS 1, in the order of the calls; await the result for the PUBACK's reason code (0x00 to 0x7f).

        The future raises UplinkError when the broker refuses the message (0x80 and above) or the connection is lost.
        """
        future: asyncio.Future[int] = self._loop.create_future()
        future.add_done_callback(_retrieved)
        if self._lost is not None:
            future.set_exception(self._lost)
            return future
        info = self._client.publish(topic, payload, qos=1, retain=retain)
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            future.set_exception(UplinkError(f"cannot publish: {paho.error_string(info.rc)}"))
        else:
            self._published[info.mid] = future
        return future

    async def messages(self) -> AsyncIterator[Message]:
        """Yield what arrives, in order; while nobody takes it, the broker is made to wait.

        Raises:
            UplinkError: The connection is lost, and everything that arrived has been given out.
        """
        while True:
            for message in await self.next_messages():
                yield message

    async def next_messages(self) -> list[Message]:
        """Wait until something has arrived, and take all of it.

        Raises:
            UplinkError: The connection is lost, and everything that arrived has been given out.
        """
        return await self._inbox.wait()

    def arrived(self) -> list[Message]:
        """Take all that has arrived and was not taken yet, without waiting."""
        return self._inbox.take()

    async def close(self) -> None:
        """Say goodbye if the connection stands, and let go of the socket; never raises."""
        self._abandoned = True
        let_in = self._accepted.done() and not self._accepted.cancelled() and self._accepted.exception() is None
        try:
            if self._lost is None and let_in:
                self._client.disconnect()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_CLOSE_WITHIN_S):
                        await self._closed.wait()
        finally:
            self._end("closed by us")

    # -- the end

    def _end(self, why: str) -> None:
        """Tell everyone who waits, once."""
        if self._lost is None:
            self._lost = UplinkError(why)
            waiting: list[asyncio.Future[Any]] = [self._accepted, *self._published.values(), *self._subscribed.values()]
            for future in waiting:
                if not future.done():
                    future.set_exception(self._lost)
            _retrieved(self._accepted)
            self._published.clear()
            self._subscribed.clear()
            self._inbox.end(self._lost)
        self._leave_loop()
        self._drop_socket()
        self._closed.set()

    def _leave_loop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._line is not None:
            self._line.leave()

    def _drop_socket(self) -> None:
        if (sock := self._client.socket()) is not None:
            sock.close()


def _retrieved(future: asyncio.Future[Any]) -> None:
    """Mark a failure as seen: whoever awaits it still gets it, and nobody is told of one nobody awaits."""
    if not future.cancelled():
        future.exception()
