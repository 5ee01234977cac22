"""A window's figures: every sum exact in Decimal, mean and deviation rounded to one decimal more than the input."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Final

from gateway.acts import Statistics

_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)


def statistics(source: str, quantity: str, unit: str | None, amounts: Sequence[Decimal], expected: int) -> Statistics:
    """Give minimum, maximum, mean and sample standard deviation (n - 1; None for a single sample) of some amounts.

    `expected` says how many samples there should have been; it is passed on.
    """
    if not amounts:
        return Statistics(source, quantity, unit, None, None, None, None, 0, expected)
    count = len(amounts)
    step = Decimal(1).scaleb(-_decimals(amounts) - 1)
    with localcontext(_EXACT):
        total = sum(amounts, Decimal())
        mean = (total / count).quantize(step)
        deviation = None
        if count > 1:
            squares = sum((amount * amount for amount in amounts), Decimal())
            deviation = ((count * squares - total * total) / (count * (count - 1))).sqrt().quantize(step)
    return Statistics(source, quantity, unit, min(amounts), max(amounts), mean, deviation, count, expected)


def _decimals(amounts: Sequence[Decimal]) -> int:
    exponents = [amount.as_tuple().exponent for amount in amounts]
    return max(0, *(-exponent for exponent in exponents if isinstance(exponent, int)))
