"""A bus of units on real ptys and sockets: ours written from the standard, and pymodbus' own servers."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from gateway.drivers.modbus_bus import ModbusBus
from gateway.errors import PortLost
from gateway.reading import Link, Measurement, Quality
from tests.ports import serial_line
from tests.rtu_units import RtuUnits

REGISTERS = {1: {1: 263, 2: 546}, 2: {1: 0xFF9B, 2: 658}}
UNITS = {"room-1": {"id": 1, "map": "xy-md02", "every_s": 0.05}, "room-2": {"id": 2, "map": "xy-md02", "every_s": 0.05}}

LONG_S = 10.0
"""A hang guard, where an answer is expected."""


def bus(**settings: object) -> ModbusBus:
    return ModbusBus.model_validate({"driver": "modbus_bus", "unit": UNITS, **settings})


def temperature(channel: str, amount: str) -> Measurement:
    return Measurement("Temperature", Decimal(amount), "CEL", channel)


async def until(values: AsyncGenerator[Measurement | Link, None], *wanted: Measurement | Link) -> list:
    """Listen until everything wanted was said, in any order; give all that was said."""
    missing, found = list(wanted), []
    async with asyncio.timeout(LONG_S):
        while missing:
            found.append(await anext(values))
            if found[-1] in missing:
                missing.remove(found[-1])
    return found


BOTH_ROOMS = (
    Link(up=True, channel="room-1"),
    temperature("room-1", "26.3"),
    Measurement("RelativeHumidity", Decimal("54.6"), "P1", "room-1"),
    Link(up=True, channel="room-2"),
    temperature("room-2", "-10.1"),
    Measurement("RelativeHumidity", Decimal("65.8"), "P1", "room-2"),
)


async def test_every_unit_is_a_channel_that_is_up_before_its_first_value(tmp_path: Path) -> None:
    with serial_line(tmp_path) as pty:
        units = RtuUnits(pty, REGISTERS)
        async with aclosing(bus(port=str(pty.path), answer_within_s=LONG_S).talk()) as values:
            assert [await anext(values) for _ in BOTH_ROOMS] == list(BOTH_ROOMS)
        assert units.asked == [(1, 1, 2), (2, 1, 2)]


async def test_silent_unit_is_a_channel_down_while_the_others_go_on(tmp_path: Path) -> None:
    with serial_line(tmp_path) as pty:
        units = RtuUnits(pty, REGISTERS)
        units.deaf = {2}
        talk = bus(port=str(pty.path), answer_within_s=0.02, late_s=0.02).talk()
        async with aclosing(talk) as values:
            down = Link(up=False, why="unit 2 does not answer", channel="room-2")
            found = await until(values, down)
            found += await until(values, temperature("room-1", "26.3"))
            assert not [value for value in found if isinstance(value, Measurement) and value.channel == "room-2"]


async def test_unit_that_refuses_is_there_but_has_no_values(tmp_path: Path) -> None:
    with serial_line(tmp_path) as pty:
        RtuUnits(pty, {1: {}, 2: REGISTERS[2]})
        async with aclosing(bus(port=str(pty.path), answer_within_s=LONG_S).talk()) as values:
            assert await anext(values) == Link(up=True, channel="room-1")
            refused = await anext(values)
            assert (refused.amount, refused.quality) == (None, Quality.BAD)
            assert "it has no such register (exception 2)" in refused.why
            await until(values, temperature("room-2", "-10.1"))


async def test_line_on_which_nobody_answers_is_given_up_so_that_it_is_opened_anew(tmp_path: Path) -> None:
    with serial_line(tmp_path) as pty:
        units = RtuUnits(pty, REGISTERS)
        units.deaf = {1, 2}
        values = bus(port=str(pty.path), answer_within_s=0.02, late_s=0.02).talk()
        links = [await anext(values), await anext(values)]
        assert [(link.channel, link.up) for link in links] == [("room-1", False), ("room-2", False)]
        with pytest.raises(PortLost, match="no unit answers"):
            await anext(values)


async def test_pulled_adapter_ends_the_conversation(tmp_path: Path) -> None:
    with serial_line(tmp_path) as pty:
        RtuUnits(pty, REGISTERS)
        async with aclosing(bus(port=str(pty.path), answer_within_s=LONG_S).talk()) as values:
            await until(values, *BOTH_ROOMS)
            pty.unplug()
            with pytest.raises(PortLost):
                await until(values, Link(up=False))


# --- against code that is not ours ----------------------------------------------------------------------------------


def devices() -> list[SimDevice]:
    off = [SimData(0, values=False, datatype=DataType.BITS)]
    holding = [SimData(0, values=[0], datatype=DataType.REGISTERS)]
    return [
        SimDevice(
            unit, simdata=(off, off, holding, [SimData(1, values=[held[1], held[2]], datatype=DataType.REGISTERS)])
        )
        for unit, held in REGISTERS.items()
    ]


async def test_bus_reads_a_pymodbus_server_over_tcp() -> None:
    server = ModbusTcpServer(devices(), address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    try:
        tcp_port = server.transport.sockets[0].getsockname()[1]
        async with aclosing(bus(host="127.0.0.1", tcp_port=tcp_port, answer_within_s=LONG_S).talk()) as values:
            await until(values, *BOTH_ROOMS)
    finally:
        await server.shutdown()


@asynccontextmanager
async def crossed_ptys() -> AsyncIterator[tuple[str, str]]:
    """Give the two ends of a serial cable."""
    loop = asyncio.get_running_loop()
    (one, one_end), (other, other_end) = os.openpty(), os.openpty()
    loop.add_reader(one, lambda: os.write(other, os.read(one, 4096)))
    loop.add_reader(other, lambda: os.write(one, os.read(other, 4096)))
    try:
        yield os.ttyname(one_end), os.ttyname(other_end)
    finally:
        for fd in (one, other):
            loop.remove_reader(fd)
        for fd in (one, one_end, other, other_end):
            os.close(fd)


async def test_bus_reads_a_pymodbus_server_over_a_serial_cable() -> None:
    async with crossed_ptys() as (ours, theirs):
        server = ModbusSerialServer(devices(), port=theirs, baudrate=9600)
        await server.serve_forever(background=True)
        try:
            async with aclosing(bus(port=ours, answer_within_s=LONG_S).talk()) as values:
                await until(values, *BOTH_ROOMS)
        finally:
            await server.shutdown()


# --- settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "mistake"),
    [
        ({}, "port: a bus has a port (RTU) or a host (TCP), one of the two"),
        ({"port": "/dev/x", "host": "h"}, "port: a bus has a port (RTU) or a host (TCP), one of the two"),
        ({"port": "/dev/x", "unit": {"a": {"id": 248, "map": "xy-md02"}}}, "unit.a.id: must be 1 to 247 (found 248)"),
        ({"port": "/dev/x", "unit": {}}, "unit: a bus needs at least one unit or scale"),
        ({"port": "/dev/x", "unit": {"a": {"id": 1, "map": "xy-md2"}}}, "no map 'xy-md2'; did you mean xy-md02?"),
        (
            {"port": "/dev/x", "unit": {"a": {"id": 1, "map": "xy-md02"}, "b": {"id": 1, "map": "xy-md02"}}},
            "unit.b.id: 1 is taken by a",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict, mistake: str) -> None:
    with pytest.raises(ValidationError) as caught:
        bus(**settings)
    assert mistake in str(caught.value)


def test_maps_beside_the_config_file_go_before_those_of_the_gateway(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        'model = "own"\nsource = "x"\nhelp = {vi = "x", en = "x"}\n[[point]]\nquantity = "Carbon"\nfunction = 3\n'
        'address = 0\ntype = "uint16"\nvalid = [0, 5000]\nhelp = {vi = "x", en = "x"}\n',
        "utf-8",
    )
    table = {"driver": "modbus_bus", "host": "h", "unit": {"a": {"id": 1, "map": "own"}}}
    assert ModbusBus.model_validate(table, context={"maps": (tmp_path,)}).unit["a"].map.model == "own"
    with pytest.raises(ValidationError, match="no map 'own'"):
        ModbusBus.model_validate(table)


def test_what_no_table_asks_for_is_never_loaded() -> None:
    code = (
        "import gateway.drivers, sys; heavy = ('pymodbus', 'evdev', 'cv2', 'zxingcpp', 'pyzbar', 'numpy', 'PIL')"
        "; print([name for name in sys.modules if name.startswith(heavy)])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
