"""The TCP sides of a Modbus bus: MBAP frames with their transactions, or RTU frames as a converter passes them on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import partial

from firmware_mock.control import Command, Json
from firmware_mock.faults import LineFaults
from firmware_mock.modbus_frames import (
    HEADER,
    LONGEST_RTU,
    LONGEST_TCP,
    TcpHeader,
    rtu_body,
    rtu_frame,
    rtu_request_length,
    tcp_frame,
)

Asked = Callable[[int, bytes, float, Callable[[int, bytes, float], Coroutine[None, None, None]]], None]


class TcpSide:
    """One TCP address with devices behind it.

    Args:
        host: Address to listen on.
        port: Port, 0 for a free one.
        faults: What is to go wrong with the answers.
        asked: Called with each request.
    """

    def __init__(self, host: str, port: int, faults: LineFaults, asked: Asked) -> None:
        self._host = host
        self._port = port
        self._faults = faults
        self._asked = asked
        self._clients: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Json]:
        """Listen for the block; give the port."""
        server = await asyncio.start_server(self._serve, self._host, self._port)
        try:
            yield {"side": "tcp", "host": self._host, "listening": server.sockets[0].getsockname()[1]}
        finally:
            server.close()
            self._hang_up(True, {})

    def commands(self) -> dict[str, Command]:
        """Give the verbs of this side."""
        return self._faults.commands() | {"hang_up": self._hang_up}

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while True:
                    header = TcpHeader.read(await reader.readexactly(HEADER))
                    if header.protocol or not 2 <= header.length <= LONGEST_TCP:
                        break  # whoever this is, it does not speak Modbus
                    body = await reader.readexactly(header.length)
                    now = asyncio.get_running_loop().time()
                    self._asked(body[0], body[1:], now, partial(self._send, writer, header.transaction))
        finally:
            self._clients.discard(writer)
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter, transaction: int, unit: int, pdu: bytes, _: float) -> None:
        frame = self._faults.spoil(tcp_frame(transaction, unit, pdu))
        if not writer.is_closing():
            writer.write(frame)

    def _hang_up(self, _: object, __: Json) -> None:
        for client in tuple(self._clients):
            client.transport.abort()


class RtuOverTcpSide(TcpSide):
    """A converter with the devices behind it: RTU frames, CRC and all, on a TCP connection."""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        heard = b""
        try:
            with suppress(ConnectionError):
                while data := await reader.read(LONGEST_RTU):
                    heard = (heard + data)[-LONGEST_RTU:]
                    length = rtu_request_length(heard)
                    if length is None or len(heard) < length:
                        continue
                    body, heard = rtu_body(heard[:length]), heard[length:]
                    if body:
                        now = asyncio.get_running_loop().time()
                        self._asked(body[0], body[1], now, partial(self._send_rtu, writer))
        finally:
            self._clients.discard(writer)
            writer.close()

    async def _send_rtu(self, writer: asyncio.StreamWriter, unit: int, pdu: bytes, _: float) -> None:
        frame = self._faults.spoil(rtu_frame(unit, pdu))
        if not writer.is_closing():
            writer.write(frame)
