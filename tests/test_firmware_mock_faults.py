"""The faults of a simulated line."""

from firmware_mock.faults import LineFaults

FRAME = b"\x02+0012342\x31D\x03"


def spoilt(faults: LineFaults, times: int) -> list[bytes]:
    return [faults.spoil(FRAME) for _ in range(times)]


def test_a_garbled_frame_has_exactly_one_byte_changed() -> None:
    frames = spoilt(LineFaults("1", garble=50), 51)
    assert frames.pop() == FRAME
    for frame in frames:
        assert len(frame) == len(FRAME)
        assert sum(a != b for a, b in zip(frame, FRAME, strict=True)) == 1
    assert len(set(frames)) > 20


def test_a_cut_frame_is_a_true_part_of_it() -> None:
    frames = spoilt(LineFaults("1", cut_short=20), 21)
    assert frames.pop() == FRAME
    assert all(FRAME.startswith(frame) and 0 < len(frame) < len(FRAME) for frame in frames)


def test_the_same_seed_spoils_in_the_same_way() -> None:
    assert spoilt(LineFaults("1", garble=9), 9) == spoilt(LineFaults("1", garble=9), 9)
    assert spoilt(LineFaults("1", garble=9), 9) != spoilt(LineFaults("2", garble=9), 9)


def test_a_mute_line_lets_nothing_out_and_keeps_its_other_faults() -> None:
    faults = LineFaults("1", garble=1, mute=True)
    assert spoilt(faults, 2) == [b"", b""]
    faults.mute = False
    assert faults.spoil(FRAME) != FRAME
