"""The uplink: follows the journal and brings it to the province; what the receiver has not confirmed is sent again."""

from gateway.uplink.concerns import fork_alarm
from gateway.uplink.status import Fork, UplinkStatus
from gateway.uplink.uplink import Uplink

__all__ = ["Fork", "Uplink", "UplinkStatus", "fork_alarm"]
