"""What happens to a label before somebody scans it: one kind of damage a function, on a picture in greys."""

import random
from collections.abc import Callable
from functools import partial
from typing import Final

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from gateway.labels.boxes import Place
from gateway.labels.render import Label
from tests.label_readers import READERS

WHITE: Final = 255
DESK: Final = 24
"""Dots of white desk round a label, so that a turned one keeps its corners."""

FINDER_MODULES: Final = 8
"""A finder pattern and its white edge: what it is found by; a hole there is another damage than one in the data."""


def turned(seen: Image.Image, _: Place, __: random.Random, *, degrees: float) -> Image.Image:
    return seen.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=WHITE)


def blurred(seen: Image.Image, _: Place, __: random.Random) -> Image.Image:
    return seen.filter(ImageFilter.GaussianBlur(1))


def gained(seen: Image.Image, _: Place, __: random.Random, *, thirds: int) -> Image.Image:
    """Burnt dots spread, or thin, by a third of a dot."""
    large = seen.resize((seen.width * 3, seen.height * 3), Image.Resampling.NEAREST)
    burnt = ImageFilter.MinFilter(3) if thirds > 0 else ImageFilter.MaxFilter(3)
    return large.filter(burnt).resize(seen.size, Image.Resampling.BOX)


def faded(seen: Image.Image, _: Place, __: random.Random) -> Image.Image:
    return seen.point(lambda level: 110 + level * 50 // 255)


def nearer(seen: Image.Image, bars: Place, chance: random.Random) -> Image.Image:
    """As a camera sees it that is half again as near: one and a half pixels a dot, one out of focus."""
    size = (seen.width * 3 // 2, seen.height * 3 // 2)
    return blurred(seen.resize(size, Image.Resampling.BILINEAR), bars, chance)


def darker(seen: Image.Image, bars: Place, chance: random.Random) -> Image.Image:
    """Printed a step darker, so that burnt dots spread by a third, and seen one dot out of focus."""
    return blurred(gained(seen, bars, chance, thirds=1), bars, chance)


def dead_dot(
    seen: Image.Image,
    bars: Place,
    chance: random.Random,
    *,
    module: int,
    finder: bool,
    look: Callable[[Image.Image, Place, random.Random], Image.Image] = blurred,
) -> Image.Image:
    """One dot of the head burns no more: a white line along the feed, through the data or through finder patterns.

    Through a finder pattern it is looked at as a camera does, a little out of focus: dot for dot, hardly any reader
    finds such a symbol.
    """
    edge = FINDER_MODULES * module
    x = (
        chance.randrange(bars.left, bars.left + edge)
        if finder
        else chance.randrange(bars.left + edge, bars.right - edge)
    )
    ImageDraw.Draw(seen).line((x, 0, x, seen.height), fill=WHITE)
    return look(seen, bars, chance) if finder else seen


def hole(seen: Image.Image, bars: Place, chance: random.Random, *, module: int) -> Image.Image:
    """A scratch of 15 x 15 dots somewhere in the data."""
    finder = FINDER_MODULES * module
    while True:
        x, y = chance.randrange(bars.left, bars.right - 15), chance.randrange(bars.top, bars.bottom - 15)
        left, right = x < bars.left + finder, x + 15 > bars.right - finder
        above, below = y < bars.top + finder, y + 15 > bars.bottom - finder
        if not ((left and (above or below)) or (right and above)):
            ImageDraw.Draw(seen).rectangle((x, y, x + 14, y + 14), fill=WHITE)
            return seen


DAMAGES: Final[dict[str, Callable[..., Image.Image]]] = {
    **{f"turned {degrees}°": partial(turned, degrees=degrees) for degrees in (3, 10, 45, 90, 180)},
    "blur of 1 dot": blurred,
    "gain +1/3 dot": partial(gained, thirds=1),
    "gain -1/3 dot": partial(gained, thirds=-1),
    "low contrast": faded,
    "dead head dot in the data": partial(dead_dot, finder=False),
    "dead head dot in a finder, seen half again as near": partial(dead_dot, finder=True, look=nearer),
    "dead head dot in a finder, printed a step darker": partial(dead_dot, finder=True, look=darker),
    "hole of 15 dots": hole,
}

IN_A_FINDER: Final = "dead head dot in a finder, blur of 1 dot"
"""At one pixel a dot and modules of 4 dots, a line through the middle three modules of a finder leaves zxing-cpp alone;
modules of 6 dots are found by two. What helps is above: go nearer, or print darker (docs/labels.md)."""


def damaged(label: Label, damage: str, seed: int) -> Image.Image:
    """Give a label as a camera sees it after one damage."""
    seen = ImageOps.expand(label.picture.convert("L"), DESK, fill=WHITE)
    bars = label.symbol.bars
    at = Place(bars.left + DESK, bars.top + DESK, bars.right + DESK, bars.bottom + DESK)
    do = partial(dead_dot, finder=True) if damage == IN_A_FINDER else DAMAGES[damage]
    chance = random.Random(seed)
    return (
        do(seen, at, chance, module=label.symbol.module)
        if "hole" in damage or "dead" in damage
        else do(seen, at, chance)
    )


def two_read(seen: Image.Image, text: str) -> bool:
    """Say whether at least two of the three readers read exactly the text; the slowest is asked last."""
    first, second, third = READERS.values()
    found = (first(seen) == [text]) + (second(seen) == [text])
    return found == 2 or (found == 1 and third(seen) == [text])
