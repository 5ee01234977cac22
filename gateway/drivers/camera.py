"""A camera that reads barcodes: the same code in two pictures or it was not seen (extra `camera`)."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field

from gateway.drivers.port import in_thread
from gateway.errors import PortLost
from gateway.gs1.identifiers import check_digit
from gateway.reading import Link, Scan
from gateway.settings import Seconds, Settings

PICTURE_WITHIN_S: Final = 5.0
_CHECKED_BY_DIGIT: Final = ("EAN13", "EAN8", "UPCA", "ITF", "ITF14")
_ITF_DIGITS: Final = 14

Picture = Any
"""What the camera gives: rows of pixels, grey or BGR (a numpy array)."""


class Camera(Settings):
    """`[device.<name>]` with `driver = "camera"`.

    `camera` is a path that stays (/dev/v4l/by-id/…), or the address of a stream. `formats` are those looked for, which
    is quicker than all. A code counts when `frames` pictures in a row hold it, and once until it was out of sight for
    `gone_s`. `exposure` fixes the exposure in the camera's own units: without it, moving labels blur.
    """

    driver: Literal["camera"]
    camera: str
    formats: Annotated[
        tuple[Literal["QRCode", "DataMatrix", "Code128", "EAN13", "ITF"], ...],
        BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value),
        Field(min_length=1),
    ] = ("QRCode", "DataMatrix", "Code128")
    frames: Annotated[int, Field(ge=2, le=30)] = 2
    every_s: Annotated[Seconds, Field(ge=0.02, le=10)] = 0.1
    gone_s: Annotated[Seconds, Field(gt=0, le=60)] = 1.5
    exposure: int | None = None

    async def talk(self) -> AsyncGenerator[Scan | Link, None]:
        """Yield that the camera gives pictures, then every code that comes into sight.

        Raises:
            PortLost: It is not there, or gives no pictures any more.
        """
        camera = await in_thread(self._open, f"open {self.camera}", within_s=2 * PICTURE_WITHIN_S)
        try:
            async for value in scans(
                lambda: _picture(camera, self.camera),
                lambda picture: decoded(picture, self.formats),
                Sightings(self.frames, self.gone_s),
                every_s=self.every_s,
                name=self.camera,
            ):
                yield value
        finally:
            with suppress(PortLost):
                await in_thread(camera.release, f"close {self.camera} ({id(camera):x})", within_s=PICTURE_WITHIN_S)

    def _open(self) -> Any:
        try:
            import cv2
        except ImportError:
            raise PortLost(
                f"{self.camera}: install the extra 'camera' (pip install packhouse-gateway[camera])"
            ) from None
        camera = cv2.VideoCapture(self.camera)
        if not camera.isOpened():
            raise PortLost(f"{self.camera} gives no pictures; is it plugged in, and is the user in the group 'video'?")
        camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest picture; old ones are dropped, not queued
        if self.exposure is not None:
            camera.set(cv2.CAP_PROP_AUTO_EXPOSURE, 1)
            camera.set(cv2.CAP_PROP_EXPOSURE, self.exposure)
        return camera


def _picture(camera: Any, name: str) -> Picture:
    there, picture = camera.read()
    if not there:
        raise PortLost(f"{name}: no picture came")
    return picture


class Sightings:
    """What has been in sight, and how often: one bad picture is no code, and a code that stays is one scan."""

    def __init__(self, frames: int, gone_s: float) -> None:
        self._frames = frames
        self._gone_s = gone_s
        self._in_a_row: dict[Scan, int] = {}
        self._told: dict[Scan, float] = {}

    def see(self, codes: Iterable[Scan], at: float) -> list[Scan]:
        """Take the codes of one picture, taken at `at` (s); give those that count now."""
        seen = set(codes)
        self._told = {scan: last for scan, last in self._told.items() if at - last < self._gone_s}
        self._in_a_row = {scan: self._in_a_row.get(scan, 0) + 1 for scan in seen}
        new = [scan for scan, times in self._in_a_row.items() if times >= self._frames and scan not in self._told]
        for scan in seen:
            if scan in self._told or scan in new:
                self._told[scan] = at
        return new


async def scans(
    picture: Callable[[], Picture],
    decode: Callable[[Picture], list[Scan]],
    sightings: Sightings,
    *,
    every_s: float,
    name: str = "the camera",
    now: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Scan | Link, None]:
    """Look at pictures one after the other, each in a worker thread; a slow decoder means fewer pictures, no queue.

    Raises:
        PortLost: The camera gives no pictures any more.
    """
    first = True
    while True:
        began = now()
        codes = await in_thread(lambda: decode(picture()), f"look through {name}", within_s=PICTURE_WITHIN_S)
        if first:
            yield Link(up=True)
            first = False
        for scan in sightings.see(codes, began):
            yield scan
        await asyncio.sleep(max(0.0, began + every_s - now()))


def decoded(picture: Picture, formats: Iterable[str]) -> list[Scan]:
    """Read the codes in a picture with zxing-cpp, and where it finds none with zbar, if that is there."""
    import zxingcpp

    wanted = tuple(formats)
    found = []
    read = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in wanted]),
        text_mode=zxingcpp.TextMode.Plain,
    )
    for code in read:
        if _is_whole(code.text, code.format.name):
            found.append(Scan(code.text, code.symbology_identifier or None, bytes(code.bytes)))
    return found or _by_zbar(picture, wanted)


def _by_zbar(picture: Picture, formats: Iterable[str]) -> list[Scan]:
    """Read 1-D codes with zbar; not QR, whose text encoding zbar guesses."""
    kinds = {"Code128": "CODE128", "EAN13": "EAN13", "ITF": "I25"}
    wanted = [kinds[name] for name in formats if name in kinds]
    if not wanted:
        return []
    try:
        from pyzbar import pyzbar
    except ImportError:  # the package, or the library it stands on, is not there
        return []
    symbols = [pyzbar.ZBarSymbol[name] for name in wanted]
    found = []
    for code in pyzbar.decode(picture, symbols=symbols):
        text = code.data.decode("ascii", "replace")
        if _is_whole(text, "ITF" if code.type == "I25" else code.type):
            found.append(Scan(text, None, bytes(code.data)))
    return found


def _is_whole(text: str, kind: str) -> bool:
    """Say whether a 1-D code without a check of its own is more than a piece of one: EAN and ITF-14 by their digit."""
    if kind not in _CHECKED_BY_DIGIT:
        return bool(text)
    if not text.isdecimal() or (kind.startswith("ITF") and len(text) != _ITF_DIGITS):
        return False
    return check_digit(text[:-1]) == text[-1]
