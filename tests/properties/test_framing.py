"""Frames come out the same however the stream is cut, and nothing is kept past its cap."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redline.core.framing import MAX_HEADER, Frame, FrameProblem, Framer, frame

CAP = 10_000_000


def codes(stream: bytes, cap: int = CAP) -> list[str]:
    results = Framer(cap).feed(stream)
    return [each.code if isinstance(each, FrameProblem) else "frame" for each in results]


def bodies(stream: bytes) -> list[bytes]:
    return [each.body for each in Framer(CAP).feed(stream) if isinstance(each, Frame)]


def pieces(stream: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    return [stream[a:b] for a, b in pairwise(places)]


def test_messages_come_out_in_order() -> None:
    assert bodies(frame(b"one") + frame(b"") + frame("zwölf".encode())) == [
        b"one",
        b"",
        "zwölf".encode(),
    ]


def test_header_names_are_case_insensitive_and_other_headers_are_ignored() -> None:
    stream = b"X-Extra: a:b\r\ncOnTeNt-LeNgTh:\t3 \r\nContent-Type: a/b; charset=utf-8\r\n\r\nabc"
    assert bodies(stream) == [b"abc"]


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (b"Content-Length: -1\r\n\r\n", "bad-length"),
        (b"Content-Length: +1\r\n\r\n", "bad-length"),
        (b"Content-Length: 1_0\r\n\r\n", "bad-length"),
        (b"Content-Length: \xc2\xb2\r\n\r\n", "bad-length"),
        (b"Content-Length: abc\r\n\r\n", "bad-length"),
        (b"Content-Length:\r\n\r\n", "bad-length"),
        (b"Content-Length: 1\r\nContent-Length: 1\r\n\r\n", "bad-length"),
        (b"Content-Type: x\r\n\r\n", "no-length"),
        (b"\r\n\r\n", "bad-header"),
        (b"Content-Length: 1000000000\r\n\r\n", "too-large"),
        (b"Content-Length: 100000000000\r\n\r\n", "too-large"),
        (b"Content-Length: " + b"9" * 6000 + b"\r\n\r\n", "too-large"),
        (b"Content-Length: 1\n\n", "bad-header"),
        (b"Content-Length: 1\rX", "bad-header"),
        (b"no colon\r\n\r\n", "bad-header"),
        (b" Content-Length: 1\r\n\r\n", "bad-header"),
        (b"a" * (MAX_HEADER + 4), "bad-header"),
    ],
)
def test_a_broken_header_is_fatal_and_ends_the_stream(stream: bytes, code: str) -> None:
    framer = Framer(CAP)
    (problem,) = framer.feed(stream + frame(b"after"))
    assert isinstance(problem, FrameProblem)
    assert (problem.code, problem.fatal) == (code, True)
    assert framer.feed(frame(b"after")) == []
    assert framer.buffered == 0


def test_another_charset_is_skipped_without_being_kept() -> None:
    framer = Framer(CAP)
    head = b"Content-Length: 4\r\nContent-Type: a/b; charset=latin1\r\n\r\n"
    assert framer.feed(head + b"ab") == []
    assert framer.buffered == 0
    (problem, good) = framer.feed(b"cd" + frame(b"next"))
    assert isinstance(problem, FrameProblem) and not problem.fatal
    assert good == Frame(b"next")


def test_the_cap_is_inclusive() -> None:
    assert codes(frame(b"abc"), 3) == ["frame"]
    assert codes(frame(b"abcd"), 3) == ["too-large"]


def test_the_header_cap_is_inclusive() -> None:
    head = b"Content-Length: 1\r\nX: "
    fits = head + b"a" * (MAX_HEADER - len(head)) + b"\r\n\r\nz"
    over = head + b"a" * (MAX_HEADER + 1 - len(head)) + b"\r\n\r\nz"
    for size in (1, 7, len(over)):
        for stream, expected in ((fits, Frame(b"z")), (over, None)):
            framer = Framer(CAP)
            results = [
                each
                for at in range(0, len(stream), size)
                for each in framer.feed(stream[at : at + size])
            ]
            assert len(results) == 1
            assert results[0] == expected or (expected is None and codes(stream) == ["bad-header"])


messages = st.lists(st.binary(max_size=60), max_size=6).map(lambda all_: b"".join(map(frame, all_)))
noise = st.lists(
    st.sampled_from(
        [b"Content-Length", b": ", b"3", b"-1", b"\r\n", b"\r", b"\n", b"\r\n\r\n", b"abc", b"a: b"]
    ),
    max_size=12,
).map(b"".join)


@given(stream=st.one_of(messages, noise, st.tuples(messages, noise).map(b"".join)), data=st.data())
def test_cutting_the_stream_never_changes_the_result(stream: bytes, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=20))
    whole = Framer(CAP).feed(stream)
    framer = Framer(CAP)
    assert [each for piece in pieces(stream, cuts) for each in framer.feed(piece)] == whole
    framer = Framer(CAP)
    assert [each for byte in stream for each in framer.feed(bytes([byte]))] == whole


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_what_is_framed_comes_back(all_: list[bytes]) -> None:
    assert bodies(b"".join(map(frame, all_))) == all_


def test_a_large_body_and_many_small_ones_take_linear_time() -> None:
    body = b"x" * 20_000_000
    stream = frame(body)
    framer = Framer(len(body))
    began = time.perf_counter()
    results = [
        each for at in range(0, len(stream), 65536) for each in framer.feed(stream[at : at + 65536])
    ]
    assert results == [Frame(body)]
    assert len(Framer(CAP).feed(frame(b"{}") * 50_000)) == 50_000
    # Some 0.1 s; quadratic buffering takes minutes.
    assert time.perf_counter() - began < 5
