"""The book of registers: the local files, what came down over them, and how old that is."""

import hashlib
import logging
from asyncio import to_thread
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, get_args

from gateway.acts import RegisterRefused, RegisterTaken
from gateway.event import Fact
from gateway.journal.durable import replace_durably
from gateway.journal.registers_beside import DIRECTORY
from gateway.record.house import House
from gateway.registers import Registers, downlink
from gateway.registers.downlink import Sent
from gateway.registers.table import Downlinked, RegistersTable

log = logging.getLogger(__name__)

_HOUR: Final = timedelta(hours=1)
_TOLD: Final = "areas"
"""The register whose age flags lots: a code can be suspended while nobody here hears of it."""


class RegisterBook:
    """What serves: `merged` is the registers acts are decided by."""

    def __init__(self, data: Path, table: RegistersTable, local: Registers, *, member: bool) -> None:
        self._directory = data / DIRECTORY
        self._table = table
        self._local = local
        self._member = member
        self._sent = downlink.kept(self._directory, member=member)
        self._refused: dict[str, str] = {}
        self.troubles: dict[str, str] = {}
        """What is wrong with a register that came last, by its name; empty when all is well."""

    @property
    def merged(self) -> Registers:
        """The local registers with what came down, row by row (`[registers] downlink_wins`)."""
        return downlink.merged(self._local, self._sent.values(), self._table.downlink_wins, member=self._member)

    @property
    def versions(self) -> dict[str, int]:
        """The version of each register that came down."""
        return {name: sent.version for name, sent in self._sent.items()}

    def renew(self, table: RegistersTable, local: Registers) -> Registers:
        """Go on with another config's table and local files; give what serves then."""
        self._table, self._local = table, local
        return self.merged

    def old_h(self, now: datetime) -> int | None:
        """Say how many hours ago the register of growing areas was issued, if that is too long; else None.

        None also where none ever came down: local files have no age, whoever keeps them knows.
        """
        sent = self._sent.get(_TOLD)
        if sent is None or now - sent.issued <= self._table.old_after_h * _HOUR:
            return None
        return (now - sent.issued) // _HOUR

    async def hear(self, name: str, payload: bytes, house: House, owe: Callable[[Fact], None]) -> None:
        """Take over a register that came down, or refuse it in plain sight; the last good one serves on.

        What is taken over is on disk first, so that it serves after a start without a network; a disk that refuses
        keeps no suspended area open: the register serves all the same, and the trouble is shown.
        """
        if name not in get_args(Downlinked):
            log.warning("registers: nobody here knows a register %r", name)
            return
        if not payload:
            log.warning("register %s: taken off the broker; version in use: %s", name, self.versions.get(name))
            return
        now = house.clock.now() if house.clock.dated else None
        try:
            sent = await to_thread(partial(downlink.read, name, payload, member=self._member))
            news = downlink.check_follows(sent, self._sent.get(sent.name), now)
        except downlink.RegisterRefused as error:
            self._refuse(name, payload, str(error), owe)
            return
        self.troubles.pop(name, None)
        self._refused.pop(name, None)
        if news:
            await self._take(sent, payload, house, owe)

    async def _take(self, sent: Sent, payload: bytes, house: House, owe: Callable[[Fact], None]) -> None:
        try:
            await to_thread(self._keep, sent.name, payload)
        except OSError as error:
            log.error("register %s: not kept on disk: %s", sent.name, error)
            self.troubles[sent.name] = f"not kept on disk: {error}"
        before = self._sent.get(sent.name)
        async with house.deciding:  # no act is decided half by the old register and half by the new one
            self._sent[sent.name] = sent
            house.registers = self.merged
        if before is None or before.digest != sent.digest:
            log.info("register %s: version %d taken over, %d rows", sent.name, sent.version, len(sent.rows))
        if before is None or before.version != sent.version:
            owe(RegisterTaken(sent.name, sent.version, sent.issued, len(sent.rows), sent.digest))

    def _keep(self, name: str, payload: bytes) -> None:
        self._directory.mkdir(mode=0o750, exist_ok=True)
        replace_durably(self._directory / f"{name}.json", payload)

    def _refuse(self, name: str, payload: bytes, why: str, owe: Callable[[Fact], None]) -> None:
        """Say once what is wrong with these very bytes: the broker gives them out again on every connection."""
        digest = hashlib.sha256(payload).hexdigest()
        self.troubles[name] = why
        if self._refused.get(name) == digest:
            return
        self._refused[name] = digest
        log.error("register %s refused, the last good one serves: %s", name, why)
        owe(RegisterRefused(name, why, digest))
