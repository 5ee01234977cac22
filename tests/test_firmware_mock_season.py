"""The season made up from a seed: the same again, in order, and no kilogram appears or vanishes in it."""

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal

import pytest

from firmware_mock.season import AREAS, Season, temperature
from firmware_mock.season_words import (
    Corrected,
    Destroyed,
    Dispatched,
    Graded,
    Happened,
    Inspected,
    Moved,
    Packed,
    Palletised,
    Received,
    TakenApart,
    Voided,
)
from gateway.gs1.identifiers import check_digit

LOTS = 150


@pytest.fixture(scope="module")
def happened() -> list[Happened]:
    return list(Season(7, LOTS).happened())


def test_the_same_seed_gives_the_same_season_in_order_of_time(happened: list[Happened]) -> None:
    assert happened == list(Season(7, LOTS).happened())
    assert happened != list(Season(8, LOTS).happened())
    assert [one.at for one in happened] == sorted(one.at for one in happened)


def test_a_season_has_everything_that_can_happen() -> None:
    found = Counter(type(one).__name__ for one in Season(7, 700).happened())
    assert set(found) == {kind.__name__ for kind in Happened.__args__}
    assert found["Received"] == 700


def test_what_was_received_was_graded_lost_or_thrown_away(happened: list[Happened]) -> None:
    received = {
        one.lot: sum((gross - tare for gross, tare, _ in one.loads), -one.deduction)
        for one in happened
        if isinstance(one, Received)
    }
    used: Counter[str] = Counter()
    for one in happened:
        if isinstance(one, Graded):
            used[one.lot] += one.input_kg  # type: ignore[assignment]  # a Counter of Decimal
            assert one.input_kg == sum((kg for _, _, kg in one.outputs), one.loss_kg)
            assert one.loss_kg > 0
        elif isinstance(one, Destroyed):
            used[one.goods] += one.kg  # type: ignore[assignment]
    assert dict(used) == received
    rejected = {one.lot for one in happened if isinstance(one, Inspected) and one.result == "rejected"}
    assert rejected == {one.goods for one in happened if isinstance(one, Destroyed)}


def test_no_graded_lot_gives_more_than_it_has(happened: list[Happened]) -> None:
    has = {lot: kg for one in happened if isinstance(one, Graded) for lot, _, kg in one.outputs}
    cartons: dict[str, tuple[str, Decimal]] = {}
    for one in happened:
        match one:
            case Packed(serial=serial, lot=lot, gross=gross, tare=tare):
                assert serial not in cartons
                cartons[serial] = lot, gross - tare
            case Voided(serial=serial):
                del cartons[serial]
            case Corrected(serial=serial, gross=gross, tare=tare):
                cartons[serial] = cartons[serial][0], gross - tare
    for lot, net in cartons.values():
        has[lot] -= net
    assert all(0 <= left < 11 for left in has.values())


def test_a_carton_is_on_one_pallet_and_a_pallet_leaves_once(happened: list[Happened]) -> None:
    stacked: dict[str, str] = {}
    gone: set[str] = set()
    for one in happened:
        match one:
            case Palletised(sscc=sscc, serials=serials):
                assert sscc[-1] == check_digit(sscc[:-1])
                assert not stacked.keys() & set(serials)
                stacked |= dict.fromkeys(serials, sscc)
            case TakenApart(serials=serials):
                for serial in serials:
                    del stacked[serial]
            case Dispatched(pallets=pallets):
                gone |= set(pallets)
    assert set(stacked.values()) == gone


def test_goods_leave_the_room_they_went_into(happened: list[Happened]) -> None:
    stands: dict[str, str] = {}
    for one in happened:
        if isinstance(one, Moved) and one.direction == "in":
            assert one.goods not in stands
            stands[one.goods] = one.room
        elif isinstance(one, Moved):
            assert stands.pop(one.goods) == one.room
    assert not stands


def test_a_room_is_cold_all_the_time(happened: list[Happened]) -> None:
    values = {temperature("cold-room-1", one.at) for one in happened}
    assert Decimal("2.0") <= min(values) < Decimal("2.5")
    assert Decimal("4.5") < max(values) <= Decimal("5.0")


def test_a_season_can_be_printed() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "firmware_mock", "season", "--lots", "2"], capture_output=True, check=True, text=True
    )
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert told[0]["what"] == "Windowed"
    assert {one["area"] for one in told if one["what"] == "Received"} <= set(AREAS)
