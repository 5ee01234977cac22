"""The uplink: one connection at a time, batches in order, and the cursor follows what the other end has stored."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from gateway.errors import JournalError, UplinkError
from gateway.event import Json
from gateway.journal import Cursor
from gateway.mqtt.acknowledgement import parse
from gateway.mqtt.backoff import Backoff
from gateway.mqtt.broker import BrokerTable
from gateway.mqtt.connection import NO_SUBSCRIBER, Connection, Will, connect
from gateway.mqtt.envelope import Origin
from gateway.mqtt.inbox import Message
from gateway.mqtt.telemetry import ACK as TELEMETRY
from gateway.mqtt.telemetry import stored
from gateway.mqtt.topics import Topics
from gateway.site import Site
from gateway.uplink.alarms import RetainedAlarms
from gateway.uplink.batches import Outgoing
from gateway.uplink.book import Book
from gateway.uplink.judge import Judge, Verdict
from gateway.uplink.live_lane import LiveLane
from gateway.uplink.outbox import Outbox
from gateway.uplink.status import Fork, UplinkStatus
from gateway.uplink.telemetry import Series, Telemetry
from gateway.uplink.window import Batch, Window

log = logging.getLogger(__name__)

FOLLOWER: Final = "uplink"
_CURSOR_EVERY_S: Final = 1.0
_GOODBYE_S: Final = 1.0
_OFFLINE: Final = b'{"state":"offline"}'


class Uplink:
    """Follows the journal and publishes it; see design.md §4.

    `describe` gives what the birth message says beside epoch, backlog and key: version, devices, clock.
    `on_fork` is told when the receiver holds another history than this journal: what was not confirmed has then been
    chained into a new epoch, and somebody should hear of it. `readings` are sent beside the events. `on_register` takes
    the registers that come down, by name and payload.
    """

    def __init__(
        self,
        journal: Book,
        table: BrokerTable,
        site: Site,
        gateway: str,
        *,
        public_key: bytes,
        describe: Callable[[], Mapping[str, Json]],
        on_fork: Callable[[Fork], Awaitable[None]] | None = None,
        readings: Series | None = None,
        on_register: Callable[[str, bytes], Awaitable[None]] | None = None,
    ) -> None:
        self._journal = journal
        self._table = table
        self._topics = Topics(table.root, site.id, gateway)
        self._client_id = f"{site.id}-{gateway}"
        self._public_key = public_key
        self._describe = describe
        self._on_fork = on_fork
        self._on_register = on_register
        self._window = Window(Cursor(), table.acknowledged_within_s)
        self._written = Cursor()
        self._stirred = asyncio.Event()
        self._moved = asyncio.Event()
        self._judge = Judge(journal, self._window, public_key)
        self._lane = LiveLane()
        self._outbox = Outbox(journal, self._window, self._lane, Origin(gateway, site.uri, site.namespace))
        self._alarms = RetainedAlarms(journal, self._topics)
        self._telemetry = (
            None
            if readings is None
            else Telemetry(readings, journal, self._topics, table.acknowledge, table.acknowledged_within_s)
        )
        self._backoff = Backoff()
        self._connected = False
        self._last_confirmed_at: datetime | None = None
        self._error = "not connected yet"
        self._fork: Fork | None = None
        self._birth_due = False

    @property
    def status(self) -> UplinkStatus:
        """How it stands now."""
        return UplinkStatus(
            self._connected,
            self._backlog(),
            self._last_confirmed_at,
            self._window.confirmed,
            self._error,
            self._fork,
            taken=self._window.taken,
        )

    def _confirmed_here(self) -> int:
        """Give the last confirmed entry of the epoch now written to."""
        confirmed = self._window.confirmed
        return confirmed.seq if confirmed.epoch_number == self._journal.epoch_number else 0

    def _end(self) -> Cursor:
        return Cursor(self._journal.epoch_number, self._journal.last_seq)

    def _backlog(self) -> int:
        older = 0 < self._window.confirmed.epoch_number < self._journal.epoch_number
        return self._journal.last_seq - self._confirmed_here() + older

    async def run(self) -> None:
        """Go on for ever: connect, send, and connect again; ends only by being cancelled."""
        self._window.confirmed = self._written = await self._journal.cursor(FOLLOWER)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow(), name="uplink: follow the journal")
                group.create_task(self._keep_cursor(), name="uplink: keep the cursor")
                group.create_task(self._stay_connected(), name="uplink: connection")
        finally:
            if self._window.confirmed != self._written:
                await self._write_cursor()

    async def _follow(self) -> None:
        while True:
            await self._journal.wait_beyond(self._end())
            self._stirred.set()

    async def _keep_cursor(self) -> None:
        while True:
            await self._moved.wait()
            await self._write_cursor()
            await asyncio.sleep(_CURSOR_EVERY_S)

    async def _write_cursor(self) -> None:
        self._moved.clear()
        cursor = self._window.confirmed
        try:
            await self._journal.move_cursor(FOLLOWER, cursor)
            self._written = cursor
        except JournalError as error:
            self._moved.set()
            log.warning("uplink: the cursor was not written: %s", error)

    # -- connections

    async def _stay_connected(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._one_connection()
            except (UplinkError, JournalError) as error:
                if str(error) != self._error:
                    log.warning("uplink: %s", error)
                self._error = str(error)
            finally:
                self._connected = False
            await asyncio.sleep(self._backoff.failed(began, loop.time()))

    async def _one_connection(self) -> None:
        async with connect(self._table, self._client_id, Will(self._topics.state, _OFFLINE)) as connection:
            try:
                await self._arrive(connection)
                await self._work(connection)
            except asyncio.CancelledError:
                await self._say_goodbye(connection)
                raise

    async def _arrive(self, connection: Connection) -> None:
        """Subscribe, say who is here, and hear what was confirmed meanwhile before anything is sent."""
        wanted = [self._topics.alarms]
        if self._table.acknowledge == "receiver":
            wanted.append(self._topics.acks)
        await connection.subscribe(*wanted)
        await self._ask_for_registers(connection)
        self._window.reconnected()
        self._alarms.reconnected()
        self._lane.restart(self._end())
        # its PUBACK comes after the retained acknowledgements, so these are heard before the first batch
        await connection.publish(self._topics.state, self._birth(), retain=True)
        for message in connection.arrived():
            await self._hear(message)
        self._connected = True
        self._error = ""
        log.info("uplink: connected to %s:%d, %d to send", self._table.host, self._table.port, self._backlog())

    async def _ask_for_registers(self, connection: Connection) -> None:
        """Ask for the registers; a broker that gives none to this gateway stops no event on its way.

        Raises:
            UplinkError: The connection is lost.
        """
        if self._on_register is None:
            return
        try:
            await connection.subscribe(self._topics.registers)
        except UplinkError as error:
            if connection.lost:
                raise
            log.warning("uplink: no registers come down: %s", error)

    def _birth(self) -> bytes:
        birth: dict[str, Json] = {
            "state": "online",
            "epoch": self._journal.epoch,
            "confirmed": self._confirmed_here(),
            "backlog": self._backlog(),
            "key": self._public_key.hex(),
        }
        return json.dumps({**self._describe(), **birth}, ensure_ascii=False, default=str).encode()

    async def _say_goodbye(self, connection: Connection) -> None:
        with suppress(TimeoutError, UplinkError):
            async with asyncio.timeout(_GOODBYE_S):
                await connection.publish(self._topics.state, _OFFLINE, retain=True)

    async def _work(self, connection: Connection) -> None:
        """Listen and send until the connection ends.

        Raises:
            UplinkError: It ended, or the broker refused a message.
            JournalError: The journal could not be read.
        """
        tasks = [
            asyncio.create_task(self._listen(connection), name="uplink: listen"),
            asyncio.create_task(self._send(connection), name="uplink: send"),
        ]
        if self._telemetry is not None:
            tasks.append(asyncio.create_task(self._telemetry.run(connection), name="uplink: telemetry"))
        # no TaskGroup: before Python 3.13 one that ends with an error leaves its task marked as cancelled, too
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError):
                raise outcome

    # -- out

    async def _send(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        refused: list[UplinkError] = []
        while True:
            self._stirred.clear()
            if refused:
                raise refused[0]
            if self._window.is_stuck(loop.time()):
                raise UplinkError("the broker does not take our messages")
            if self._window.expire(loop.time()):
                log.info("uplink: not confirmed in time; again from %d", self._window.confirmed.seq)
                self._lane.restart(self._end())
            if self._birth_due:
                self._birth_due = False
                connection.publish(self._topics.state, self._birth(), retain=True)
            if self._alarms.due:
                await self._alarms.tell(connection)
            lane = self._lane.backlog_end
            if (outgoing := await self._outbox.next()) is not None:
                self._publish(connection, outgoing, refused)
            if (urgent := await self._outbox.next_live()) is not None:
                self._publish_live(connection, urgent, refused)
            caught_up = self._outbox.close_up(loop.time())
            if caught_up:
                self._confirm_taken()
            if outgoing is not None or urgent is not None or caught_up or lane != self._lane.backlog_end:
                continue
            deadline = self._window.deadline
            with suppress(TimeoutError):
                async with asyncio.timeout_at(deadline):
                    await self._stirred.wait()

    def _publish(self, connection: Connection, outgoing: Outgoing, refused: list[UplinkError]) -> None:
        batch = self._window.send(outgoing.last, asyncio.get_running_loop().time())
        puback = self._put(connection, outgoing)
        puback.add_done_callback(lambda future: self._taken(batch, future, refused))

    def _publish_live(self, connection: Connection, outgoing: Outgoing, refused: list[UplinkError]) -> None:
        ahead = Batch(outgoing.last, asyncio.get_running_loop().time())
        self._lane.sent, self._lane.busy = outgoing.last, True
        self._window.expect_word()

        def taken(puback: asyncio.Future[int]) -> None:
            if self._lane.sent == ahead.last:
                self._lane.busy = False
            self._taken(ahead, puback, refused)

        self._put(connection, outgoing).add_done_callback(taken)

    def _put(self, connection: Connection, outgoing: Outgoing) -> asyncio.Future[int]:
        self._alarms.due = self._alarms.due or outgoing.has_alarm
        topic = self._topics.events_gzip if outgoing.encoding == "gzip" else self._topics.events_json
        return connection.publish(topic, outgoing.payload)

    def _taken(self, batch: Batch, puback: asyncio.Future[int], refused: list[UplinkError]) -> None:
        """The broker has answered for one batch; with `acknowledge = "broker"` that is all there will be."""
        if puback.cancelled():
            return
        error = puback.exception()
        if isinstance(error, UplinkError):
            refused.append(error)
        elif self._table.acknowledge == "broker" and puback.result() == NO_SUBSCRIBER:
            refused.append(UplinkError("the broker threw the events away: nobody is subscribed to them"))
        else:
            batch.taken = True
            self._confirm_taken()
        self._stirred.set()

    def _confirm_taken(self) -> None:
        if self._table.acknowledge == "broker" and self._window.confirm_taken():
            self._note_confirmed()

    # -- in

    async def _listen(self, connection: Connection) -> None:
        while True:
            for message in await connection.next_messages():
                await self._hear(message)

    async def _hear(self, message: Message) -> None:
        if self._alarms.hear(message):
            self._stirred.set()
            return
        if (register := self._topics.register_of(message.topic)) is not None:
            if self._on_register is not None:
                await self._on_register(register, message.payload)
            return
        if not message.payload:
            return  # somebody cleared it
        if message.topic == self._topics.ack(TELEMETRY):
            if self._telemetry is not None and (word := stored(message.payload)) is not None:
                self._telemetry.hear(word, live=not message.retained)
            return
        try:
            ack = parse(message.payload)
        except ValueError as error:
            log.warning("uplink: %s: %r", error, message.payload[:200])
            return
        if message.topic != self._topics.ack(ack.epoch):
            return
        now = asyncio.get_running_loop().time()
        match await self._judge.hear(ack, live=not message.retained, now=now):
            case Fork() as fork:
                await self._forked(fork)
            case Verdict.CONFIRMED:
                self._note_confirmed()
            case Verdict.LOWERED:
                self._lane.restart(self._end())
                self._moved.set()
        self._stirred.set()

    def _note_confirmed(self) -> None:
        self._last_confirmed_at = datetime.now(UTC)
        self._backoff.worked()
        self._moved.set()

    async def _forked(self, fork: Fork) -> None:
        """Two histories go by one name: go on in a new epoch with all the receiver cannot be known to have from us."""
        log.error("uplink: %s; going on in a new epoch", fork)
        self._outbox.held = True
        try:
            await self._journal.fork(self._window.confirmed)
            self._window.step_back(await self._journal.cursor(FOLLOWER))
            self._lane.restart(self._end())
        finally:
            self._outbox.held = False
        self._moved.set()  # an older cursor may have been on its way to the disk
        self._birth_due = True
        self._fork = fork
        if self._on_fork is not None:
            await self._on_fork(fork)
