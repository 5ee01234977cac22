"""The simulated load and indicator, without any clock."""

from decimal import Decimal

import pytest

from firmware_mock.indicator import Indicator

MAXIMUM, INTERVAL = Decimal(60), Decimal("0.01")


def indicator(seed: str = "1") -> Indicator:
    return Indicator(MAXIMUM, INTERVAL, seed)


def series(scale: Indicator, start: float, end: float) -> list[Decimal | None]:
    return [scale.shows(start + step / 100).amount for step in range(round((end - start) * 100))]


def settled_at(scale: Indicator, start: float) -> float:
    return next(start + step / 100 for step in range(300) if scale.shows(start + step / 100).stable)


@pytest.mark.parametrize("seed", [str(number) for number in range(12)])
def test_a_load_settles_on_its_weight_within_a_moment_and_stays_there(seed: str) -> None:
    scale = indicator(seed)
    scale.put(Decimal("10.25"), 5.0)
    at = settled_at(scale, 5.03)
    assert 5.2 <= at <= 5.75
    assert set(series(scale, at, at + 6)) == {Decimal("10.25")}


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_load_swings_beyond_its_weight_before_it_settles(seed: str) -> None:
    scale = indicator(seed)
    scale.put(Decimal("10.25"), 5.0)
    on_the_way = series(scale, 5.0, 5.4)
    assert max(on_the_way) > Decimal("10.30")
    assert len(set(on_the_way)) > 20
    assert not scale.shows(5.1).stable


def test_the_same_seed_wobbles_in_the_same_way_and_another_seed_does_not() -> None:
    wobbles = []
    for seed in ("7", "7", "8"):
        scale = indicator(seed)
        scale.put(Decimal("3.30"), 1.0)
        wobbles.append(series(scale, 1.0, 2.0))
    assert wobbles[0] == wobbles[1]
    assert wobbles[0] != wobbles[2]


def test_lifted_means_zero_again_and_never_minus_zero() -> None:
    scale = indicator()
    scale.put(Decimal("10.25"), 5.0)
    scale.put(Decimal(0), 8.0)
    shown = scale.shows(9.0)
    assert shown.stable
    assert shown.text == "0.00"


def test_display_keeps_the_decimals_of_its_interval() -> None:
    scale = Indicator(Decimal(600), Decimal("0.2"), "1")
    scale.put(Decimal("312.50"), 0.0)
    assert scale.shows(2.0).text in {"312.4", "312.6"}


def test_overload_begins_nine_intervals_above_the_maximum() -> None:
    scale = indicator()
    scale.put(MAXIMUM + 9 * INTERVAL, 0.0)
    assert scale.shows(2.0).amount == Decimal("60.09")
    scale.put(MAXIMUM + 11 * INTERVAL, 2.0)
    over = scale.shows(4.0)
    assert over.over
    assert over.amount is None
    assert over.text == "OL"


def test_underload_begins_twenty_intervals_below_zero() -> None:
    scale = indicator()
    scale.put(Decimal("-0.15"), 0.0)
    assert scale.shows(2.0).amount == Decimal("-0.15")
    scale.put(Decimal("-0.25"), 2.0)
    assert scale.shows(4.0).under


def test_tare_takes_a_load_at_rest_and_shows_net_even_below_zero() -> None:
    scale = indicator()
    scale.put(Decimal("1.20"), 0.0)
    assert not scale.tare(0.05)
    assert scale.tare(2.0)
    scale.put(Decimal("11.45"), 2.0)
    assert scale.shows(4.0).amount == Decimal("10.25")
    assert scale.shows(4.0).net
    scale.put(Decimal(0), 4.0)
    assert scale.shows(6.0).amount == Decimal("-1.20")


def test_zero_takes_a_little_at_rest_and_refuses_much() -> None:
    scale = indicator()
    scale.put(Decimal("0.30"), 0.0)
    assert scale.zero(2.0)
    assert scale.shows(2.0).text == "0.00"
    scale.put(Decimal(10), 2.0)
    assert not scale.zero(4.0)


def test_a_shaking_floor_never_rests() -> None:
    scale = indicator()
    scale.put(Decimal("10.25"), 0.0)
    scale.shake(Decimal("0.05"))
    assert not any(scale.shows(2 + step / 50).stable for step in range(200))
    scale.shake(Decimal(0))
    assert scale.shows(7.0).stable
