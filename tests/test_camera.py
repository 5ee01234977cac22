"""Codes in pictures: read from generated ones, counted when two agree, told once, checked where they check nothing."""

from collections.abc import Iterator
from contextlib import aclosing

import numpy as np
import pytest
import zxingcpp

from gateway.drivers.camera import Camera, Sightings, decoded, scans
from gateway.errors import PortLost
from gateway.reading import Link, Scan

FORMATS = ("QRCode", "DataMatrix", "Code128", "EAN13", "ITF")
LOT_TAG = "https://trace.example.com/01/09521234000013/10/H261121-0001"


def picture(text: str, kind: str = "QRCode", *, noise: float = 0.0) -> np.ndarray:
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    drawn = np.array(code.to_image(scale=4, add_quiet_zones=True))
    grey = np.full((drawn.shape[0] + 80, drawn.shape[1] + 80), 200, np.uint8)
    grey[40:-40, 40:-40] = np.where(drawn > 127, 200, 40)
    shaken = grey + np.random.default_rng(1).normal(0, noise, grey.shape)
    return np.ascontiguousarray(np.clip(shaken, 0, 255).astype(np.uint8))


EMPTY = np.full((200, 200), 200, np.uint8)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (LOT_TAG, "QRCode"),
        ("Sầu riêng Ri6", "QRCode"),
        ("OP-07", "Code128"),
        ("CMD-REPRINT", "DataMatrix"),
        ("9521234000013", "EAN13"),
    ],
)
def test_code_in_a_picture_is_read_with_its_text_whole(text: str, kind: str) -> None:
    (found,) = decoded(picture(text, kind, noise=12), FORMATS)
    assert found.data == text
    assert found.symbology
    assert found.symbology.startswith("]")


def test_picture_without_a_code_holds_none() -> None:
    assert decoded(EMPTY, FORMATS) == []
    assert decoded(np.random.default_rng(1).integers(0, 255, (200, 200), np.uint8), FORMATS) == []


def test_short_itf_is_a_piece_of_a_code_and_not_read() -> None:
    assert decoded(picture("12345670", "ITF"), ("ITF",)) == []
    assert [scan.data for scan in decoded(picture("19521234000010", "ITF"), ("ITF",))] == ["19521234000010"]


def test_code_of_another_kind_than_wanted_is_not_looked_for() -> None:
    assert decoded(picture(LOT_TAG), ("Code128",)) == []


A, B = Scan("A"), Scan("B")


def told(*pictures: set[Scan], frames: int = 2, gone_s: float = 1.0, every_s: float = 0.1) -> list[str]:
    sightings = Sightings(frames, gone_s)
    return [scan.data for at, codes in enumerate(pictures) for scan in sightings.see(codes, at * every_s)]


def test_code_counts_when_two_pictures_in_a_row_hold_it() -> None:
    assert told({A}, set(), {A}, set()) == []
    assert told({A}, {A}) == ["A"]
    assert told({A}, {B}, {A, B}) == ["B"]
    assert told({A}, {A}, {A}, frames=3) == ["A"]


def test_code_that_stays_in_sight_is_told_once_and_again_after_it_was_gone() -> None:
    assert told(*[{A}] * 50) == ["A"]
    assert told({A}, {A}, set(), {A}, {A}) == ["A"]
    assert told({A}, {A}, *[set()] * 11, {A}, {A}) == ["A", "A"]


async def test_camera_says_that_it_sees_then_each_code_until_it_is_gone() -> None:
    pictures: Iterator[np.ndarray] = iter([EMPTY, *[picture(LOT_TAG)] * 3])

    def next_picture() -> np.ndarray:
        try:
            return next(pictures)
        except StopIteration:
            raise PortLost("no picture came") from None

    found = []
    with pytest.raises(PortLost, match="no picture came"):  # noqa: PT012 - what came before the end counts too
        async with aclosing(
            scans(next_picture, lambda shot: decoded(shot, FORMATS), Sightings(2, 1.0), every_s=0.0)
        ) as values:
            async for value in values:
                found.append(value)
    assert found[0] == Link(up=True)
    assert [scan.data for scan in found[1:]] == [LOT_TAG]


async def test_camera_that_is_not_there_is_a_lost_port() -> None:
    table = Camera.model_validate({"driver": "camera", "camera": "/dev/v4l/by-id/none"})
    with pytest.raises(PortLost, match=r"gives no pictures|extra 'camera'"):
        await anext(table.talk())
