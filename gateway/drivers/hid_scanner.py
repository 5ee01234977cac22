"""A barcode scanner that pretends to be a keyboard: the fallback where USB-COM cannot be had (extra `hid`)."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator

from gateway.drivers.hid_keys import HidKeys
from gateway.errors import PortLost
from gateway.reading import Link, Scan
from gateway.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_EV_KEY: Final = 1
_AIM: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_WHY: Final = {
    2: "is not there; is it plugged in?",
    6: "is not there; is it plugged in?",
    13: "no permission; the service's user belongs in the group 'input'",
    16: "another program has grabbed it",
    19: "was unplugged",
}


def _stable(path: str) -> str:
    if re.fullmatch(r"/dev/input/event\d+", path):
        raise ValueError(
            f"{path} may be another device after the next start; use its name under /dev/input/by-id (-event-kbd)"
        )
    return path


class HidScanner(Settings):
    """`[device.<name>]` with `driver = "hid_scanner"`: prefer USB-COM, which carries every byte.

    `input` is its name under /dev/input/by-id, ending in `-event-kbd`. It is grabbed, so that codes are typed nowhere
    else. Only what a US keyboard can type arrives: no Vietnamese text. `aim` as with `barcode_scanner`.
    """

    driver: Literal["hid_scanner"]
    input: Annotated[str, AfterValidator(_stable)]
    aim: bool = False

    async def talk(self) -> AsyncGenerator[Scan | Link, None]:
        """Yield that the scanner is ours (it says nothing until somebody scans), then every code.

        Raises:
            PortLost: It is not there, not ours, grabbed by another program, or was unplugged.
        """
        try:
            import evdev
        except ImportError:
            raise PortLost(f"{self.input}: install the extra 'hid' (pip install packhouse-gateway[hid])") from None
        async for value in scans(self.input, evdev.InputDevice, aim=self.aim):
            yield value


async def scans(
    path: str, open_device: Callable[[str], Any], *, aim: bool, now: Callable[[], float] = time.monotonic
) -> AsyncGenerator[Scan | Link, None]:
    """Give the codes typed on an input device, which is held for this process alone.

    Raises:
        PortLost: It cannot be opened or grabbed, or went away.
    """
    device = None
    try:
        device = open_device(path)
        device.grab()
        yield Link(up=True)
        keys = HidKeys()
        events: AsyncIterator[Any] = device.async_read_loop()
        async for event in events:
            if event.type == _EV_KEY and (code := keys.press(event.code, event.value, now())):
                yield read_typed(code, aim=aim)
    except OSError as error:
        raise PortLost(f"{path}: {_WHY.get(error.errno or 0, str(error))}") from error
    finally:
        if device is not None:
            with suppress(OSError):
                device.ungrab()
            with suppress(OSError, asyncio.InvalidStateError):
                device.close()
    raise PortLost(f"{path}: it stopped talking")


def read_typed(code: str, *, aim: bool) -> Scan:
    """Read a code as it was typed."""
    raw = code.encode()
    if aim and _AIM.match(code):
        return Scan(data=code[3:], symbology=code[:3], raw=raw)
    return Scan(data=code, raw=raw)
