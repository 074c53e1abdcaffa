from samples.readings import START, reading

from telemetry.adapters.memory import MemoryRawReadings, MemoryReadingQueue
from telemetry.ports import Receipt, Span
from telemetry.reprocess import Reprocess, ReprocessRequest
from telemetry.segmenting import cut_into_segments

HOUR = 3_600_000


def reprocessed(span, *, dry_run=False, out_of_time=lambda: False, hours=6):
    raw, queue = MemoryRawReadings(), MemoryReadingQueue()
    sent = [reading(timestamp=START + n * HOUR // 4) for n in range(hours * 4)]
    raw.append(cut_into_segments(sent, 2), Receipt(START, "ingest", "request-1"))
    reprocess = Reprocess(raw, queue)
    request = ReprocessRequest("device-1", span, dry_run)
    return reprocess(request, "request-2", out_of_time), queue.messages


def test_every_segment_of_the_span_is_enqueued_for_replacement():
    outcome, messages = reprocessed(Span(START, START + 6 * HOUR))
    assert (outcome.readings, outcome.next_start) == (24, None)
    assert all(message.replay for message in messages)
    assert sum(len(one.readings) for m in messages for one in m.segments) == 24


def test_a_dry_run_counts_and_enqueues_nothing():
    outcome, messages = reprocessed(Span(START, START + HOUR), dry_run=True)
    assert (outcome.readings, messages) == (4, [])


def test_readings_outside_the_span_are_not_counted():
    outcome, _ = reprocessed(Span(START + HOUR // 4, START + HOUR))
    assert outcome.readings == 3


def test_what_time_does_not_allow_is_left_to_the_next_call():
    clock = iter(range(100))
    first, _ = reprocessed(Span(START, START + 6 * HOUR), out_of_time=lambda: next(clock) > 4)
    assert first.next_start is not None
    rest, _ = reprocessed(Span(first.next_start, START + 6 * HOUR))
    assert first.readings + rest.readings == 24
