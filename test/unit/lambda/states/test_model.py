import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.readings import START
from samples.states import EXAMPLE, EXAMPLE_COUNTS, rows, submission

from kernel.clock import DAY_MS, day_of
from states.ingest import messages_of
from states.messages import CountMessage
from states.model import MAX_COUNTERS, DeviceState, StateSubmission, chunks_of, may_hold, total
from telemetry.messages import MAX_MESSAGE_BYTES

words = st.text(
    st.characters(categories=["L", "N", "P", "S"], exclude_characters="#"), min_size=1, max_size=64
)
states = st.lists(
    st.builds(DeviceState, words, words, st.integers(START - 3 * DAY_MS, START)),
    min_size=1,
    max_size=300,
)


def test_the_example_adds_up_to_what_it_says():
    found = {}
    for one in total(submission().states):
        found.setdefault(one.date, {})[(one.type, one.state)] = one.count
    assert found == EXAMPLE_COUNTS
    assert len(EXAMPLE["processed_devices"]) == 5


@given(states)
def test_no_device_state_is_lost_or_added(sent):
    counts = total(sent)
    assert sum(one.count for one in counts) == len(sent)
    chunks = list(chunks_of("digest", counts))
    assert [one for chunk in chunks for one in chunk.counts] == counts
    assert all(len(chunk.counts) <= MAX_COUNTERS for chunk in chunks)
    assert len({chunk.marker for chunk in chunks}) == len(chunks)


@given(states)
def test_messages_come_back_as_they_were_sent_and_fit_a_queue(sent):
    rows_sent = [{"type": one.type, "state": one.state, "timestamp": one.timestamp} for one in sent]
    for message in messages_of(submission(rows_sent)):
        body = message.encode()
        assert CountMessage.decode(body) == message
        assert body.isascii()
        assert len(body) <= MAX_MESSAGE_BYTES


def test_the_widest_chunk_fits_a_queue():
    widest = "\U0001f4a9" * 62
    sent = rows(*((f"{widest}{n:02}", f"{widest}{n:02}") for n in range(99)))
    (message,) = messages_of(submission(sent))
    assert len(message.encode()) <= MAX_MESSAGE_BYTES


def test_a_body_has_one_identity_and_one_under_each_key():
    plain, again = submission(), submission(now=START + 1, request_id="request-2")
    keyed = submission(keyed=True)
    other_key = submission(keyed=True, request_id="request-2")
    assert plain.digest == again.digest
    assert len({plain.digest, keyed.digest, other_key.digest}) == 3
    assert plain.raw_key == f"raw/2025-11-21/2023-06-15_2023-06-16/{plain.digest}.json"


@given(states)
def test_a_key_tells_every_day_that_the_body_has_states_of_and_hides_none(sent):
    raw_key = StateSubmission(b"", "digest", START, "request-1", tuple(sent)).raw_key
    held = [day_of(one.timestamp) for one in sent]
    assert all(may_hold(raw_key, day) for day in held)
    for outside in (START - 4 * DAY_MS, START + DAY_MS):
        assert not may_hold(raw_key, day_of(outside))
    assert not may_hold(raw_key, day_of(min(one.timestamp for one in sent) - DAY_MS))


@pytest.mark.parametrize(
    "raw_key", ["raw/2025-11-21/0123456789abcdef.json", "raw/2025-11-21/by/hand.json"]
)
def test_a_key_that_does_not_say_hides_no_day(raw_key):
    assert may_hold(raw_key, "2001-01-01")
