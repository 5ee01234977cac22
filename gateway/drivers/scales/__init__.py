"""The scale protocols spoken here, by the name they have in the config file."""

from typing import Final

from gateway.drivers.scales import mt_sics, yaohua_continuous
from gateway.drivers.scales.protocol import ScaleProtocol

SCALES: Final[dict[str, ScaleProtocol]] = {
    "mt_sics": mt_sics.PROTOCOL,
    "yaohua_continuous": yaohua_continuous.PROTOCOL,
}
