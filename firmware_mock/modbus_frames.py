"""Modbus on the wire: CRC, RTU and TCP frames, exceptions.

    RTU   unit  function  data  crc-low crc-high
    TCP   transaction(2)  protocol=0(2)  length(2)  unit  function  data      length: unit to the end

Source: Modbus Application Protocol V1.1b3; Modbus over Serial Line V1.02; Modbus Messaging on TCP/IP V1.0b.
"""

from dataclasses import dataclass
from struct import pack, unpack
from typing import Final

READ_HOLDING: Final = 0x03
READ_INPUT: Final = 0x04
WRITE_ONE: Final = 0x06
ILLEGAL_FUNCTION: Final = 0x01
ILLEGAL_ADDRESS: Final = 0x02
ILLEGAL_VALUE: Final = 0x03
GATEWAY_TARGET_SILENT: Final = 0x0B
MOST_REGISTERS: Final = 125
LONGEST_RTU: Final = 256
LONGEST_TCP: Final = 254  # unit and PDU
HEADER: Final = 6  # of TCP, before the unit


def crc(data: bytes) -> bytes:
    """Give the CRC-16 of Modbus, low byte first as it is sent."""
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0xA001 if register & 1 else 0)
    return pack("<H", register)


def rtu_frame(unit: int, pdu: bytes) -> bytes:
    """Give the frame for a serial line."""
    body = bytes([unit]) + pdu
    return body + crc(body)


def rtu_body(frame: bytes) -> tuple[int, bytes] | None:
    """Give unit and PDU of a frame from a serial line, or None when its CRC is wrong."""
    if len(frame) < 4 or crc(frame[:-2]) != frame[-2:]:
        return None
    return frame[0], frame[1:-2]


def rtu_request_length(head: bytes) -> int | None:
    """Give how long a request is that begins like this, or None while that cannot be known."""
    if len(head) < 2:
        return None
    if 0x01 <= head[1] <= 0x06:
        return 8
    if head[1] in {0x0F, 0x10} and len(head) >= 7:
        return 9 + head[6]
    return None


@dataclass(frozen=True, slots=True)
class TcpHeader:
    """What stands before the PDU on TCP."""

    transaction: int
    protocol: int
    length: int

    @classmethod
    def read(cls, data: bytes) -> "TcpHeader":
        """Read the six bytes before the unit."""
        return cls(*unpack(">HHH", data))


def tcp_frame(transaction: int, unit: int, pdu: bytes) -> bytes:
    """Give the frame for TCP."""
    return pack(">HHHB", transaction, 0, 1 + len(pdu), unit) + pdu


def exception(function: int, code: int) -> bytes:
    """Give the PDU that refuses a request."""
    return bytes([function | 0x80, code])
