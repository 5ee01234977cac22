"""How a simulated scale speaks, one protocol a file."""

from collections.abc import Callable
from typing import Protocol

from firmware_mock.indicator import Indicator
from firmware_mock.scales import (
    adam_cpw,
    and_balance,
    and_indicator,
    brecknell_scp,
    cas_indicator,
    cas_pos,
    digi,
    dini_argeo,
    jadever,
    keli_command,
    keli_reversed,
    keli_text,
    modbus_laumas,
    mt_sics,
    ohaus,
    sartorius_sbi,
    toledo,
    toledo_checksum,
    vibra_14,
    vibra_15,
    yaohua_a12_checked,
    yaohua_a12_text,
    yaohua_command,
    yaohua_continuous,
    yaohua_continuous_plain_xor,
    yaohua_equals_forward,
    yaohua_equals_reversed,
)
from firmware_mock.serial_line import SerialLine


class Speech(Protocol):
    """What a scale does on its line."""

    def hear(self, data: bytes, at: float) -> None:
        """Take bytes that came in; `at` is the loop time at which the last of them had come."""

    async def speak(self, line: SerialLine) -> None:
        """Send what is to be sent, for ever."""


SPEECHES: dict[str, Callable[[Indicator, str], Speech]] = {
    "adam-cpw": adam_cpw.speech,
    "and-balance": and_balance.speech,
    "and-indicator": and_indicator.speech,
    "brecknell-scp": brecknell_scp.speech,
    "cas-indicator": cas_indicator.speech,
    "cas-pos": cas_pos.speech,
    "digi": digi.speech,
    "dini-argeo": dini_argeo.speech,
    "jadever": jadever.speech,
    "keli-command": keli_command.speech,
    "keli-reversed": keli_reversed.speech,
    "keli-text": keli_text.speech,
    "modbus-laumas": modbus_laumas.Speech,
    "mt-sics": mt_sics.Speech,
    "ohaus": ohaus.speech,
    "sartorius-sbi": sartorius_sbi.speech,
    "toledo": toledo.speech,
    "toledo-checksum": toledo_checksum.speech,
    "vibra-14": vibra_14.speech,
    "vibra-15": vibra_15.speech,
    "yaohua-a12-checked": yaohua_a12_checked.speech,
    "yaohua-a12-text": yaohua_a12_text.speech,
    "yaohua-command": yaohua_command.speech,
    "yaohua-continuous": yaohua_continuous.speech,
    "yaohua-continuous-plain-xor": yaohua_continuous_plain_xor.speech,
    "yaohua-equals-forward": yaohua_equals_forward.speech,
    "yaohua-equals-reversed": yaohua_equals_reversed.speech,
}
