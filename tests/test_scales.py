"""Every scale protocol against its golden frames, and against lines that spoil them."""

import asyncio
import time
import tomllib
from contextlib import aclosing, suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.drivers.scale_line import weights
from gateway.drivers.scales import SCALES
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame, DeviceError, DeviceSilent
from gateway.reading import Quality, Weight
from tests.ports import DrippingPort, GarblingPort, LossyPort, PlainPort, SilentPort

GOLDEN = {
    path.stem: tomllib.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent / "golden" / "scales").glob("*.toml"))
}
FRAMES = [(name, frame) for name, golden in GOLDEN.items() for frame in golden["frame"]]
REFUSED = [(name, refused) for name, golden in GOLDEN.items() for refused in golden["refused"]]

PIECES = [golden["bytes"].encode("latin-1") for _, golden in FRAMES]

CHECKED = [
    "cas_pos",
    "toledo_checksum",
    "yaohua_a12_checked",
    "yaohua_command",
    "yaohua_continuous",
    "yaohua_continuous_plain_xor",
]
"""Protocols whose frames carry a check."""

SAME_MEANING = {
    ("jadever", "and_indicator"),  # three digits before the point fill the field; OL
    ("yaohua_continuous", "yaohua_continuous_plain_xor"),  # a check without letters
    ("yaohua_continuous_plain_xor", "yaohua_continuous"),
}
"""Frames of the first that are frames of the second too, and say the same."""

OPPOSITES = {frozenset(("yaohua_equals_forward", "yaohua_equals_reversed"))}
"""Frames of the one that are frames of the other, and say something else: a setting, proved with a known weight."""

each_frame = pytest.mark.parametrize(
    ("name", "frame"), FRAMES, ids=lambda value: value if isinstance(value, str) else ""
)
each_protocol = pytest.mark.parametrize("name", SCALES)


def on_the_wire(golden: dict) -> bytes:
    return golden["bytes"].encode("latin-1")


def opened(name: str, frame: dict) -> bytes:
    """Give a frame as it is heard: a line without start mark begins where the one before it ended."""
    protocol = SCALES[name]
    return (b"" if protocol.start or asked(name) else protocol.end) + on_the_wire(frame)


def some_frames(name: str) -> list[dict]:
    """Give golden frames for what takes long: the plainest, and the last, which are the most awkward."""
    frames = GOLDEN[name]["frame"]
    return [*frames[:2], *frames[max(2, len(frames) - 3) :]]


def shown_unit(frame: dict) -> str:
    """The unit set in the config: that of the golden frame, or kg where the frame says none."""
    return frame.get("unit", "KGM")


def expected(frame: dict) -> Weight:
    condition = frame.get("condition")
    return Weight(
        amount=Decimal(frame["weight"]) if condition is None else None,
        unit=shown_unit(frame) if condition is None else None,
        basis=frame.get("basis"),
        tare=Decimal(frame["tare"]) if "tare" in frame else None,
        stable=frame.get("stable"),
        quality=Quality.GOOD if condition is None else Quality.BAD,
        condition=condition,
        raw=on_the_wire(frame),
    )


def agreeing(name: str, *answers: bytes) -> list[bytes]:
    """Give what an asked scale says in its turn: its answers, each behind the answer to a greeting, if it wants one."""
    greeting = SCALES[name].greeting
    return [said for answer in answers for said in ((greeting.answer,) if greeting else ()) + (answer,)]


async def heard_on(port: PlainPort, protocol: ScaleProtocol, unit: str = "KGM") -> list[Weight]:
    """Listen until the script is over."""
    found = []
    async with aclosing(weights(port, protocol, unit, every_s=0.0001)) as values:
        try:
            async for weight in values:
                found.append(weight)
        except DeviceError:
            pass
    return found


def asked(name: str) -> bool:
    return SCALES[name].ask is not None


@each_frame
@pytest.mark.parametrize("line", [PlainPort, DrippingPort])
async def test_golden_frame_is_read_whole_and_byte_by_byte(name: str, frame: dict, line: type[PlainPort]) -> None:
    port = line(*agreeing(name, opened(name, frame)), asked=asked(name))
    (found,) = await heard_on(port, SCALES[name], shown_unit(frame))
    assert found == expected(frame)
    assert str(found.amount) == frame.get("weight", "None")  # with the decimals it was sent with


@each_frame
async def test_golden_frame_is_found_behind_garbage(name: str, frame: dict) -> None:
    garbage, good = b"\x00\x00\x7f\x7f" + SCALES[name].end, on_the_wire(frame)
    said = agreeing(name, garbage, good) if asked(name) and not SCALES[name].start else agreeing(name, garbage + good)
    assert await heard_on(PlainPort(*said, asked=asked(name)), SCALES[name], shown_unit(frame)) == [expected(frame)]


@each_frame
def test_frame_cut_short_is_a_bad_frame(name: str, frame: dict) -> None:
    good = on_the_wire(frame)
    for cut in range(len(good)):
        with pytest.raises(BadFrame):
            SCALES[name].parse(good[:cut])


@each_protocol
async def test_frame_cut_short_is_never_a_weight(name: str) -> None:
    for frame in some_frames(name):
        for cut in range(1, len(on_the_wire(frame))):
            port = PlainPort(*agreeing(name, opened(name, frame)[:-cut]), asked=asked(name))
            assert await heard_on(port, SCALES[name], shown_unit(frame)) == [], (frame, cut)


@each_protocol
async def test_frame_whose_beginning_was_not_seen_is_never_a_weight(name: str) -> None:
    for frame in some_frames(name):
        good = on_the_wire(frame)
        for cut in range(1, len(good)):
            said = agreeing(name, good[cut:] + good, good) if asked(name) else [good[cut:] + 2 * good]
            found = await heard_on(PlainPort(*said, asked=asked(name)), SCALES[name], shown_unit(frame))
            assert found, (frame, cut)
            assert all(weight == expected(frame) for weight in found), (frame, cut)


@pytest.mark.parametrize(("name", "refused"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_refused_frame_says_why(name: str, refused: dict) -> None:
    with pytest.raises(BadFrame) as caught:
        SCALES[name].read(on_the_wire(refused))
    assert (caught.value.why, caught.value.frame) == (refused["why"], on_the_wire(refused))


@each_protocol
@settings(max_examples=60)
@given(frame=st.binary(max_size=80))
def test_random_bytes_are_a_weight_or_a_bad_frame(name: str, frame: bytes) -> None:
    with suppress(BadFrame):
        weight = SCALES[name].read(frame)
        assert isinstance(weight, Weight)
        assert (weight.amount is None) == (weight.quality is Quality.BAD) == (weight.condition is not None)


@each_protocol
@settings(max_examples=20)
@given(heard=st.lists(st.one_of(st.binary(max_size=90), st.sampled_from(PIECES)), max_size=12), data=st.data())
def test_random_streams_are_weights_or_an_end(name: str, heard: list[bytes], data: st.DataObject) -> None:
    is_asked = asked(name) and data.draw(st.booleans())
    protocol = SCALES[name] if is_asked else replace(SCALES[name], ask=None)
    for weight in asyncio.run(heard_on(PlainPort(*filter(None, heard), asked=is_asked), protocol)):
        assert isinstance(weight, Weight)
        assert weight.raw in b"".join(heard)


@given(data=st.data())
def test_spoiled_golden_frames_are_a_weight_or_a_bad_frame(data: st.DataObject) -> None:
    name, golden = data.draw(st.sampled_from(FRAMES))
    frame = bytearray(on_the_wire(golden))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(frame)))
        frame[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    with suppress(BadFrame):
        assert isinstance(SCALES[name].parse(bytes(frame)), Weight)


@each_protocol
@settings(max_examples=40)
@given(heard=st.lists(st.binary(max_size=40), max_size=20))
def test_cutting_loses_no_frame_and_keeps_little(name: str, heard: list[bytes]) -> None:
    protocol = SCALES[name]
    pieces, rest = [], b""
    for part in heard:
        found, rest = protocol.cut(rest + part)
        pieces += found
        assert len(rest) < protocol.longest + len(protocol.end)
    whole, last = protocol.cut(b"".join(heard))

    def shaped(piece: bytes) -> bool:
        return piece.startswith(protocol.start) and piece[: len(piece) - protocol.behind].endswith(protocol.end)

    assert list(filter(shaped, whole)) == list(filter(shaped, pieces))
    assert last == rest


@pytest.mark.parametrize("name", CHECKED)
def test_one_turned_bit_in_a_checked_frame_is_always_noticed(name: str) -> None:
    for golden in GOLDEN[name]["frame"]:
        good = on_the_wire(golden)
        for bit in range(8 * len(good)):
            spoiled = bytearray(good)
            spoiled[bit // 8] ^= 1 << bit % 8
            with pytest.raises(BadFrame):
                SCALES[name].parse(bytes(spoiled))


@pytest.mark.parametrize("bad_line", [GarblingPort, LossyPort])
async def test_spoiled_continuous_frames_never_become_weights_nobody_sent(bad_line: type[GarblingPort]) -> None:
    sent = [on_the_wire(golden) for golden in GOLDEN["yaohua_continuous"]["frame"]] * 40
    found = await heard_on(bad_line(*sent, share=0.3), SCALES["yaohua_continuous"])
    assert 100 < len(found) < len(sent)
    assert {weight.raw for weight in found} <= set(sent)


@pytest.mark.parametrize("name", sorted(set(SCALES) - {"brecknell_scp"}))  # its field has no fixed width, see docs
def test_lost_byte_never_makes_another_weight(name: str) -> None:
    for golden in GOLDEN[name]["frame"]:
        good = on_the_wire(golden)
        for lost in range(len(good)):
            with suppress(BadFrame):
                left, whole = SCALES[name].parse(good[:lost] + good[lost + 1 :]), SCALES[name].parse(good)
                assert left == whole or left.unit not in (None, whole.unit), good[:lost] + good[lost + 1 :]


@pytest.mark.parametrize("name", SCALES)
def test_every_profile_refuses_the_frames_of_the_others(name: str) -> None:
    for other, golden in FRAMES:
        if other == name or frozenset((name, other)) in OPPOSITES:
            continue
        frame = on_the_wire(golden)
        if (other, name) in SAME_MEANING:
            with suppress(BadFrame):
                mine = SCALES[name].read(frame)
                assert replace(mine, tare=None) == replace(SCALES[other].read(frame), tare=None)
        else:
            with pytest.raises(BadFrame):
                SCALES[name].read(frame)


def test_every_pair_of_look_alikes_is_one() -> None:
    for other, name in SAME_MEANING:
        alike = 0
        for golden in GOLDEN[other]["frame"]:
            with suppress(BadFrame):
                SCALES[name].read(on_the_wire(golden))
                alike += 1
        assert alike, f"{name} refuses all of {other}: it need not be listed"


def test_strings_in_two_orders_are_told_apart_by_a_setting_alone() -> None:
    weights_read = {SCALES[name].read(b"=000.3000").amount for name in next(iter(OPPOSITES))}
    assert weights_read == {Decimal("3.000"), Decimal("0.3000")}


@pytest.mark.parametrize("name", sorted({"toledo", "and_indicator", "and_balance", "toledo_checksum", "mt_sics"}))
async def test_a_7_bit_line_read_as_8_bits_is_named_however_it_drips(name: str) -> None:
    golden = next(golden for golden in GOLDEN[name]["frame"] if "weight" in golden)
    misread = bytes(byte | (byte.bit_count() % 2) << 7 for byte in on_the_wire(golden))
    for line in (PlainPort, DrippingPort):
        port = line(*[misread] * 4, asked=asked(name))
        with pytest.raises(BadFrame, match="parity setting"):
            await anext(weights(port, SCALES[name], "KGM", every_s=0.0001))


@each_protocol
async def test_endless_garbage_ends_the_conversation(name: str) -> None:
    class BabblingPort(SilentPort):
        async def read(self, within_s: float | None = None) -> bytes:
            self.heard_at = time.monotonic()
            return b"\x7f?"

    with pytest.raises(BadFrame):
        await anext(weights(BabblingPort(), replace(SCALES[name], answer_within_s=0.005), "KGM", every_s=0.0001))


@each_protocol
async def test_silence_is_no_weight_but_an_error(name: str) -> None:
    with pytest.raises(DeviceSilent):
        await anext(weights(SilentPort(), SCALES[name], "KGM"))


async def test_frame_that_lay_unread_is_too_old_to_be_the_weight_now() -> None:
    class LongUnreadPort(PlainPort):
        async def read(self, within_s: float | None = None) -> bytes:
            data = await super().read(within_s)
            self.heard_at -= 60.0
            return data

    frame = on_the_wire(GOLDEN["yaohua_continuous"]["frame"][0])
    assert await heard_on(LongUnreadPort(frame, frame), SCALES["yaohua_continuous"]) == []


async def test_only_the_newest_of_many_frames_is_given() -> None:
    frames = [on_the_wire(golden) for golden in GOLDEN["yaohua_continuous"]["frame"]]
    found = await heard_on(PlainPort(b"".join(frames)), SCALES["yaohua_continuous"])
    assert [weight.raw for weight in found] == [frames[-1]]


async def test_garbage_that_goes_on_ends_the_conversation_with_the_bytes_as_reason() -> None:
    refused = on_the_wire(GOLDEN["yaohua_continuous"]["refused"][0])
    with pytest.raises(BadFrame, match="check characters"):
        await anext(weights(PlainPort(*[refused] * 5), SCALES["yaohua_continuous"], "KGM"))


async def test_asked_scale_may_garble_two_answers_but_not_three() -> None:
    good = on_the_wire(GOLDEN["mt_sics"]["frame"][0])
    port = PlainPort(b"ES\r\n", b"ES\r\n", good, asked=True)
    async with aclosing(weights(port, SCALES["mt_sics"], "GRM", every_s=0.0001)) as values:
        assert (await anext(values)).raw == good
    assert port.written == [b"SI\r\n"] * 3
    with pytest.raises(BadFrame, match="not an MT-SICS weight"):
        await anext(weights(PlainPort(*[b"ES\r\n"] * 3, asked=True), SCALES["mt_sics"], "GRM", every_s=0.0001))


async def test_answer_that_comes_after_the_next_question_was_sent_is_not_waited_for() -> None:
    good = on_the_wire(GOLDEN["mt_sics"]["frame"][0])
    other = on_the_wire(GOLDEN["mt_sics"]["frame"][1])
    port = PlainPort(good + other, good, asked=True)
    async with aclosing(weights(port, SCALES["mt_sics"], "GRM", every_s=0.0001)) as values:
        assert [(await anext(values)).raw, (await anext(values)).raw] == [good, good]
