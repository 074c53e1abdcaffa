import pytest
from samples.readings import START, reading

from kernel.errors import PartlySent, Unavailable
from telemetry.adapters.memory import MemoryRawReadings, MemoryReadingQueue
from telemetry.ingest import Ingest, Submission
from telemetry.ports import Receipt


class QueueThatIsAway:
    def send(self, messages):
        raise Unavailable("away")


class QueueThatTookSome:
    def send(self, messages):
        raise PartlySent("some are on their way")


def submission(repeatable=True, at=START):
    readings = [reading(timestamp=at), reading("other", at)]
    receipt = Receipt(at, "ingest", "request-1")
    return Submission(readings, receipt, () if repeatable else readings)


def test_what_is_accepted_lies_raw_and_is_on_its_way():
    raw, queue = MemoryRawReadings(), MemoryReadingQueue()
    Ingest(raw, queue)(submission(), 500)
    assert len(raw.stored) == 2
    assert sum(len(message.segments) for message in queue.messages) == 2


def test_a_repeat_after_a_failure_stores_nothing_twice():
    raw, queue = MemoryRawReadings(), MemoryReadingQueue()
    with pytest.raises(Unavailable):
        Ingest(raw, QueueThatIsAway())(submission(), 500)
    Ingest(raw, queue)(submission(), 500)
    assert len(raw.stored) == 2


def test_readings_timed_by_their_arrival_are_taken_back_when_they_are_refused():
    raw, queue = MemoryRawReadings(), MemoryReadingQueue()
    with pytest.raises(Unavailable):
        Ingest(raw, QueueThatIsAway())(submission(repeatable=False), 500)
    assert raw.stored == {}
    Ingest(raw, queue)(submission(repeatable=False, at=START + 5), 500)
    assert len(raw.stored) == 2


def test_what_an_equal_request_was_answered_for_is_not_taken_back():
    raw = MemoryRawReadings()
    Ingest(raw, MemoryReadingQueue())(submission(repeatable=False), 500)
    with pytest.raises(Unavailable):
        Ingest(raw, QueueThatIsAway())(submission(repeatable=False), 500)
    assert len(raw.stored) == 2


def test_a_repeat_leaves_the_first_receipt_as_it_is():
    raw, queue = MemoryRawReadings(), MemoryReadingQueue()
    for received_at in (START, START + 9):
        given = Submission([reading()], Receipt(received_at, "ingest", "r"))
        Ingest(raw, queue)(given, 500)
    (stored,) = raw.stored.values()
    assert stored.shown["received_at"] == START


def test_what_was_accepted_before_stays_when_a_later_request_with_it_fails():
    raw, queue, known = MemoryRawReadings(), MemoryReadingQueue(), reading(timestamp=START - 9)
    Ingest(raw, queue)(Submission([known], Receipt(START - 9, "ingest", "r")), 500)
    untimed = reading("other", START)
    later = Submission([known, untimed], Receipt(START, "ingest", "r"), [untimed])
    with pytest.raises(Unavailable):
        Ingest(raw, QueueThatIsAway())(later, 500)
    assert [stored.segment.readings for stored in raw.stored.values()] == [(known,)]


def test_what_may_have_left_already_is_not_taken_back():
    raw = MemoryRawReadings()
    with pytest.raises(PartlySent):
        Ingest(raw, QueueThatTookSome())(submission(repeatable=False), 500)
    assert len(raw.stored) == 2
