"""Alarms as retained messages: what is open stands on the broker, what is cleared is taken away."""

from gateway.alarm import Alarm
from gateway.event import Json
from gateway.journal import canonical
from gateway.mqtt.connection import Connection
from gateway.mqtt.inbox import Message
from gateway.mqtt.topics import Topics
from gateway.uplink.book import Book


class RetainedAlarms:
    """Compares what the journal holds for open with what the broker holds, and publishes the difference.

    The broker tells what it holds, since we subscribe to our own alarms: so one that lost its memory, and an alarm
    cleared while nobody was connected, are both put right.
    """

    def __init__(self, journal: Book, topics: Topics) -> None:
        self._journal = journal
        self._topics = topics
        self._held: dict[str, bytes] = {}
        self.due = True

    def reconnected(self) -> None:
        """Forget what the last broker held."""
        self._held.clear()
        self.due = True

    def hear(self, message: Message) -> bool:
        """Take note of an alarm the broker holds; tell whether the message was one."""
        if not self._topics.is_alarm(message.topic):
            return False
        if message.retained and message.payload:
            self._held[message.topic] = message.payload
            self.due = True
        return True

    async def tell(self, connection: Connection) -> None:
        """Publish what changed; the answers are not awaited, a lost one is put right on the next connection."""
        self.due = False
        standing = {self._topics.alarm(alarm.id): _payload(alarm) for alarm in await self._journal.open_alarms()}
        for topic in [topic for topic in self._held if topic not in standing]:
            connection.publish(topic, b"", retain=True)
            del self._held[topic]
        for topic, payload in standing.items():
            if self._held.get(topic) != payload:
                connection.publish(topic, payload, retain=True)
                self._held[topic] = payload


def _payload(alarm: Alarm) -> bytes:
    words: dict[str, Json] = {
        "id": alarm.id,
        "rule": alarm.rule,
        "ruleVersion": alarm.version,
        "state": alarm.state,
        "room": alarm.room,
        "source": alarm.source,
        "quantity": alarm.quantity,
        "unit": alarm.unit,
        "value": alarm.value,
        "minimum": alarm.minimum,
        "maximum": alarm.maximum,
        "message": alarm.message,
        "since": alarm.since.isoformat(timespec="milliseconds"),
        "at": alarm.at.isoformat(timespec="milliseconds"),
    }
    return canonical(words)
