"""No kilogram appears or vanishes, whatever people do in whatever order; and no number comes twice."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.errors import Refused
from gateway.journal import Journal, JournalTable, start_counters
from gateway.journal.projections import TABLES
from gateway.journal.rebuild import differences
from tests.conftest import Time as JournalTime
from tests.whole_house import GRADING, WholeHouse, whole_house

acts = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), st.sampled_from(["FARM-0042", "FARM-0043"]), st.integers(20, 90)),
        st.tuples(st.just("grade"), st.integers(0, 9), st.integers(5, 60), st.booleans()),
        st.tuples(st.just("pack"), st.integers(0, 9), st.integers(80, 140)),
        st.tuples(st.just("void"), st.integers(0, 30)),
        st.tuples(st.just("correct"), st.integers(0, 30), st.integers(80, 140)),
        st.tuples(st.just("stack"), st.integers(0, 30)),
        st.tuples(st.just("close")),
        st.tuples(st.just("unpack"), st.integers(0, 9)),
        st.tuples(st.just("move"), st.integers(0, 9)),
        st.tuples(st.just("dispatch"), st.integers(0, 9)),
        st.tuples(st.just("recall")),
        st.tuples(st.just("destroy"), st.integers(0, 9), st.integers(1, 30)),
    ),
    min_size=8,
    max_size=40,
)


class People:
    """They try everything; what the house refuses does not happen."""

    def __init__(self, house: WholeHouse) -> None:
        self.house = house
        self.forms = 0
        self.done: Counter[str] = Counter()

    async def act(self, name: str, *how: object) -> None:
        try:
            await getattr(self, name)(*how)
            self.done[name] += 1
        except Refused:
            self.done[f"{name} refused"] += 1

    async def receive(self, card: str, kg: int) -> None:
        house = self.house
        await house.ask("open-lot", "gate", farm=card)
        await self._weigh(house.view("gate").lot, Decimal(kg))
        await house.ask("close-receipt", "gate")

    async def _weigh(self, lot: object, kg: Decimal) -> None:
        """A weighing from a paper form: the very figures of a load, without frames to wait for."""
        self.forms += 1
        await self.house.ask(
            "late-weighing",
            form=f"P-{self.forms}",
            at=self.house.time.wall.isoformat(),
            weigher="OP-07",
            lot=str(lot),
            gross=str(kg),
            reason="thử",
        )

    async def grade(self, which: int, kg: int, rest: bool) -> None:
        house = self.house
        await house.ask("grade-begin", "sort", lot=await self._lot(which, graded=False))
        await house.ask("grade-output", "sort", grade="A", kg=str(kg))
        await house.ask("grade-output", "sort", grade=None, kg="0.25")
        await house.ask("grade-finish", "sort", rest=rest)

    async def pack(self, which: int, hectograms: int) -> None:
        await self._weigh(await self._lot(which, graded=True), Decimal(hectograms) / 10)

    async def void(self, which: int) -> None:
        await self.house.ask("void-weighing", of=await self._carton(which), reason="thử")

    async def correct(self, which: int, hectograms: int) -> None:
        net = str(Decimal(hectograms) / 10)
        await self.house.ask("correct-weighing", of=await self._carton(which), net=net, reason="thử")

    async def stack(self, which: int) -> None:
        await self.house.ask("pallet-add", "pallet", serial=await self._carton(which))

    async def close(self) -> None:
        await self.house.ask("pallet-close", "pallet")

    async def unpack(self, which: int) -> None:
        await self.house.ask("unpack", sscc=await self._pallet(which), reason="thử")

    async def move(self, which: int) -> None:
        sscc = await self._pallet(which)
        inside = self.house.house.occupancy.room_of(sscc) is not None
        await self.house.ask("room-out" if inside else "room-in", goods=sscc, room="cr-1")

    async def dispatch(self, which: int) -> None:
        await self.house.ask("dispatch-open", "dock", customer="CUST-1", vehicle="49C-1")
        await self.house.ask("dispatch-load", "dock", goods=await self._pallet(which))
        await self.house.ask("dispatch-close", "dock")

    async def recall(self) -> None:
        rows = await self.house.journal._rows("SELECT number FROM dispatch WHERE state = 'left'")
        await self.house.ask("dispatch-recall", number=_any(rows, 0), reason="thử", never=bool(self.forms % 2))

    async def destroy(self, which: int, kg: int) -> None:
        await self.house.ask("destroy", goods=await self._lot(which, graded=None), kg=str(kg), reason="thử")

    async def _lot(self, which: int, *, graded: bool | None) -> str:
        wanted = {True: "WHERE grade IS NOT NULL", False: "WHERE grade IS NULL", None: ""}[graded]
        return _any(await self.house.journal._rows(f"SELECT lot FROM lot {wanted} ORDER BY lot"), which)

    async def _carton(self, which: int) -> str:
        return _any(await self.house.journal._rows("SELECT serial FROM carton ORDER BY serial"), which)

    async def _pallet(self, which: int) -> str:
        return _any(await self.house.journal._rows("SELECT sscc FROM pallet ORDER BY sscc"), which)


def _any(rows: list[tuple[str]], which: int) -> str:
    if not rows:
        raise Refused("code_unknown")
    return rows[which % len(rows)][0]


def balances(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield every kilogram that is in one book and not in the other."""
    for lot, received, packed, graded, destroyed, dispatched, grade in connection.execute(
        "SELECT lot, received_ug, packed_ug, graded_ug, destroyed_ug, dispatched_ug, grade FROM lot"
    ):
        (cartons,) = connection.execute(
            "SELECT COALESCE(SUM(ug), 0) FROM carton WHERE lot = ? AND state <> 'void'", (lot,)
        ).fetchone()
        if cartons != packed:
            yield f"{lot}: packed {packed}, its cartons weigh {cartons}"
        (into,) = connection.execute("SELECT COALESCE(SUM(ug), 0) FROM genealogy WHERE child = ?", (lot,)).fetchone()
        if grade is not None and into != received:
            yield f"{lot}: received {received}, its parents gave {into}"
        (out,) = connection.execute("SELECT COALESCE(SUM(ug), 0) FROM genealogy WHERE parent = ?", (lot,)).fetchone()
        if out > graded:
            yield f"{lot}: graded {graded}, its children have {out}"
        tolerance = received // 50
        if packed + graded + destroyed + dispatched > received + tolerance + 1:
            yield f"{lot}: more out than in"
    for sscc, cartons, net in connection.execute("SELECT sscc, cartons, net_ug FROM pallet"):
        on_it = connection.execute("SELECT COUNT(*), COALESCE(SUM(ug), 0) FROM carton WHERE pallet = ?", (sscc,))
        if (found := on_it.fetchone()) != (cartons, net):
            yield f"{sscc}: says {cartons} cartons of {net}, has {found}"
    for serial, state, pallet_state in connection.execute(
        "SELECT serial, carton.state, pallet.state FROM carton LEFT JOIN pallet ON sscc = pallet"
    ):
        if (state == "dispatched") != (pallet_state == "dispatched"):
            yield f"{serial}: {state} on a pallet that is {pallet_state}"
        if state == "void" and pallet_state is not None:
            yield f"{serial}: void, and on a pallet"


@given(wishes=acts)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_kilogram_appears_or_vanishes(tmp_path_factory: object, wishes: list[tuple[object, ...]]) -> None:
    directory = tmp_path_factory.mktemp("house")  # type: ignore[attr-defined]  # pytest's own
    asyncio.run(_live(directory, wishes))


async def _live(directory: Path, wishes: list[tuple[object, ...]]) -> None:
    async with whole_house(directory, registers=GRADING) as house:
        people = People(house)
        for card in ("FARM-0042", "FARM-0043"):
            await people.act("receive", card, 60)
        for name, *how in wishes:
            house.time.passes(1)
            await people.act(str(name), *how)
        assert people.done["receive"] >= 2
        for code, book in house.house.lots.items():
            assert book == await house.lot(code), "what is decided against is what is on disk"
    with closing(sqlite3.connect(directory / "journal.db")) as connection:
        assert list(balances(connection)) == []
    assert differences(directory) == {}


async def test_a_whole_season_of_acts_fills_every_table_and_derives_anew(tmp_path: Path) -> None:
    wishes: list[tuple[object, ...]] = [
        *(("receive", "FARM-0042", 80), ("receive", "FARM-0043", 70), ("grade", 0, 40, False), ("grade", 1, 50, False)),
        *(("pack", number, 100 + number) for number in range(6)),
        *(("stack", number) for number in (0, 2, 4)),
        *(("close",), ("move", 0), ("move", 0), ("unpack", 0), ("void", 1), ("correct", 3, 105)),
        *(("stack", 0), ("stack", 2), ("close",), ("dispatch", 1), ("recall",), ("destroy", 0, 2)),
    ]
    async with whole_house(tmp_path, registers=GRADING) as house:
        people = People(house)
        for name, *how in wishes:
            house.time.passes(1)
            await people.act(str(name), *how)
        await house.ask("inspect", lot=await people._lot(0, graded=False), result="accepted")
        await house.ask("bind-stamps", serial=await people._carton(0), stamps=["https://stamp.example/1"])
        await house.ask("grade-begin", "sort", lot=await people._lot(1, graded=False))
        await house.ask("grade-output", "sort", grade="B", kg="3")
        await house.measures("9.0")
        await house.passes(200)
        await house.passes(3600)
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "50")
        done = people.done
        assert not {name for name in ("grade", "pack", "void", "correct", "dispatch", "recall") if not done[name]}, done
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        empty = [table for table in TABLES if not connection.execute(f"SELECT 1 FROM {table}").fetchone()]
        assert set(empty) <= {"date_confirmed"}, "or a table was compared with nothing in it"
        assert list(balances(connection)) == []
    assert differences(tmp_path) == {}


# numbers


async def numbers(directory: Path, number: int = 0, *, cleanly: bool = True, count: int = 5) -> list[str]:
    """Give out some numbers of every sort; without a clean end as after a kill: the counter file stays as it is."""
    day = date(2026, 11, 22)
    file = directory / "counters.json"
    given = []
    async with Journal.open(
        directory, JournalTable(), gateway=f"gw-{number}", number=number, stamp=JournalTime().stamp
    ) as journal:
        for _ in range(count):
            given.append(await journal.counters.carton(day))
            given.append(await journal.counters.pallet("9521234", 0))
            given += [await journal.counters.document(letter, day) for letter in "HGRQX"]
            given.append("n" + await journal.counters.count("room"))
        left = file.read_bytes()
    if not cleanly:
        file.write_bytes(left)
    return given


async def test_numbers_come_once_across_kills_epochs_and_reinstalls(tmp_path: Path) -> None:
    start_counters(tmp_path)
    given = []
    for cleanly in (True, False, False, True):
        given += await numbers(tmp_path, cleanly=cleanly)
    (tmp_path / "journal.db").unlink()  # the file was lost, the counter file was not: a new epoch
    given += await numbers(tmp_path)
    assert len(given) == len(set(given)) == 5 * 5 * 8


async def test_numbers_come_once_after_a_backup_was_put_back(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    start_counters(tmp_path / "a")
    first = await numbers(tmp_path / "a")
    saved = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir() if path.is_file()}
    lost = await numbers(tmp_path / "a")
    for name, content in saved.items():
        if name != "counters.json":
            (tmp_path / "a" / name).write_bytes(content)
    again = await numbers(tmp_path / "a")
    assert len({*first, *lost, *again}) == 3 * 5 * 8


async def test_two_gateways_of_one_house_never_share_a_number(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        start_counters(tmp_path / name)
    one, other = await numbers(tmp_path / "a", 0), await numbers(tmp_path / "b", 1)
    assert not set(one) & set(other)
