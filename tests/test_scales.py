"""Every scale protocol against its golden frames, and against lines that spoil them."""

import tomllib
from contextlib import aclosing, suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.drivers.scale import weights
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

each_frame = pytest.mark.parametrize(
    ("name", "frame"), FRAMES, ids=lambda value: value if isinstance(value, str) else ""
)
each_protocol = pytest.mark.parametrize("name", SCALES)


def on_the_wire(golden: dict) -> bytes:
    return golden["bytes"].encode("latin-1")


def shown_unit(frame: dict) -> str:
    """The unit set in the config: that of the golden frame, or kg where the frame says none."""
    return frame.get("unit", "KGM")


def expected(frame: dict) -> Weight:
    condition = frame.get("condition")
    return Weight(
        amount=Decimal(frame["weight"]) if condition is None else None,
        unit=shown_unit(frame) if condition is None else None,
        stable=frame.get("stable"),
        quality=Quality.GOOD if condition is None else Quality.BAD,
        condition=condition,
        raw=on_the_wire(frame),
    )


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
async def test_golden_frame_is_read_whole(name: str, frame: dict) -> None:
    found = await heard_on(PlainPort(on_the_wire(frame), asked=asked(name)), SCALES[name], shown_unit(frame))
    assert found == [expected(frame)]


@each_frame
async def test_golden_frame_keeps_the_decimals_it_was_sent_with(name: str, frame: dict) -> None:
    (found,) = await heard_on(PlainPort(on_the_wire(frame), asked=asked(name)), SCALES[name], shown_unit(frame))
    assert str(found.amount) == frame.get("weight", "None")


@each_frame
async def test_golden_frame_is_read_byte_by_byte(name: str, frame: dict) -> None:
    found = await heard_on(DrippingPort(on_the_wire(frame), asked=asked(name)), SCALES[name], shown_unit(frame))
    assert found == [expected(frame)]


@each_frame
async def test_golden_frame_is_found_behind_garbage(name: str, frame: dict) -> None:
    good = on_the_wire(frame)
    said = [b"\x00\x00\x7f\x7f\r\n", good] if asked(name) else [b"\x00\x00\x7f\x7f" + good]
    assert await heard_on(PlainPort(*said, asked=asked(name)), SCALES[name], shown_unit(frame)) == [expected(frame)]


@each_frame
async def test_frame_cut_short_is_never_a_weight(name: str, frame: dict) -> None:
    good = on_the_wire(frame)
    for cut in range(len(good)):
        with pytest.raises(BadFrame):
            SCALES[name].parse(good[:cut])
        assert await heard_on(PlainPort(good[:cut], asked=asked(name)), SCALES[name], shown_unit(frame)) == []


@each_frame
async def test_frame_whose_beginning_was_not_seen_is_never_a_weight(name: str, frame: dict) -> None:
    good = on_the_wire(frame)
    for cut in range(1, len(good)):
        said = [good[cut:] + good, good] if asked(name) else [good[cut:] + good]
        assert await heard_on(PlainPort(*said, asked=asked(name)), SCALES[name], shown_unit(frame)) == [expected(frame)]


@pytest.mark.parametrize(("name", "refused"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_refused_frame_says_why(name: str, refused: dict) -> None:
    with pytest.raises(BadFrame) as caught:
        SCALES[name].parse(on_the_wire(refused))
    assert (caught.value.why, caught.value.frame) == (refused["why"], on_the_wire(refused))


@each_protocol
@given(frame=st.binary(max_size=80))
def test_random_bytes_are_a_weight_or_a_bad_frame(name: str, frame: bytes) -> None:
    with suppress(BadFrame):
        assert isinstance(SCALES[name].parse(frame), Weight)


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
        return piece.startswith(protocol.start) and piece.endswith(protocol.end)

    assert list(filter(shaped, whole)) == list(filter(shaped, pieces))
    assert last == rest


@pytest.mark.parametrize("name", ["yaohua_continuous"])
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


async def test_lost_byte_in_an_answer_is_never_a_weight() -> None:
    sent = [on_the_wire(golden) for golden in GOLDEN["mt_sics"]["frame"] if "weight" in golden]
    for answer in sent:
        for lost in range(len(answer)):
            port = PlainPort(answer[:lost] + answer[lost + 1 :], asked=True)
            unit = "GRM" if b" g" in answer else "KGM"
            assert [weight for weight in await heard_on(port, SCALES["mt_sics"], unit)] == []


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
