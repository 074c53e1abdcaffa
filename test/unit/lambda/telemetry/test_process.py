import pytest
from samples.readings import START, reading

from kernel.clock import DAY_MS
from kernel.errors import Throttled
from telemetry.adapters.memory import (
    MemoryErrorReports,
    MemoryProcessedReadings,
    MemoryReadingQueue,
)
from telemetry.messages import ReadingMessage
from telemetry.model import cut_into_segments
from telemetry.process import WINDOW_MS, ErrorWatch, Process


def message(replay=False):
    segments = tuple(cut_into_segments([reading(temperature=25)], 500))
    return ReadingMessage("request-1", START, segments, replay)


def test_processing_twice_changes_nothing():
    table, clock = MemoryProcessedReadings(), iter([START, START + 1])
    process = Process(table, MemoryReadingQueue(), lambda: next(clock))
    process(message())
    once = dict(table.stored)
    process(message())
    assert table.stored == once


def test_a_replay_takes_the_place_of_the_earlier_result():
    table, clock = MemoryProcessedReadings(), iter([START, START + 1_000])
    process = Process(table, MemoryReadingQueue(), lambda: next(clock))
    process(message())
    process(message(replay=True))
    (stored,) = table.stored.values()
    assert stored.shown["processed_at"] == "2025-11-21T00:00:01Z"


@pytest.mark.parametrize("replay", [False, True])
def test_what_was_kept_is_handed_on_to_evaluation_as_it_was_sent(replay):
    table, evaluation = MemoryProcessedReadings(), MemoryReadingQueue()
    Process(table, evaluation, lambda: START)(message(replay))
    assert evaluation.messages == [message(replay)]


def test_what_is_filled_in_later_is_not_evaluated():
    table, evaluation = MemoryProcessedReadings(), MemoryReadingQueue()
    old, older = START - 7 * DAY_MS, START - 7 * DAY_MS - 1
    segments = tuple(cut_into_segments([reading("old", old), reading("older", older)], 1))
    Process(table, evaluation, lambda: START)(ReadingMessage("r", START, segments))
    assert len(table.stored) == 2
    (handed_on,) = evaluation.messages
    assert [segment.device_id for segment in handed_on.segments] == ["old"]
    Process(table, evaluation, lambda: START)(ReadingMessage("r", START, segments[1:]))
    assert len(evaluation.messages) == 1


def test_nothing_is_handed_on_that_is_not_kept():
    class Full(MemoryProcessedReadings):
        def append(self, segments, received_at, processed_at):
            raise Throttled("full")

    evaluation = MemoryReadingQueue()
    with pytest.raises(Throttled):
        Process(Full(), evaluation, lambda: START)(message())
    assert evaluation.messages == []


def test_people_are_told_once_when_failures_pass_the_threshold():
    reports, now = MemoryErrorReports(), [START]
    watch = ErrorWatch(reports, lambda: now[0])
    for message_id in "abc":
        watch.record([message_id], threshold=2)
    assert [report["failed_messages"] for _, report in reports.reports] == [3]


def test_a_message_that_fails_again_and_again_is_one():
    reports = MemoryErrorReports()
    watch = ErrorWatch(reports, lambda: START)
    for _ in range(4):
        watch.record(["a", "b"], threshold=2)
    assert reports.reports == []


def test_failures_five_minutes_apart_do_not_add_up():
    reports, now = MemoryErrorReports(), [START]
    watch = ErrorWatch(reports, lambda: now[0])
    for message_id in "abcd":
        watch.record([message_id], threshold=1)
        now[0] += WINDOW_MS
    assert reports.reports == []
