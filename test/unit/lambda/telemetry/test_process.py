from samples.readings import START, reading

from telemetry.adapters.memory import MemoryErrorReports, MemoryProcessedReadings
from telemetry.messages import ReadingMessage
from telemetry.model import cut_into_segments
from telemetry.process import WINDOW_MS, ErrorWatch, Process


def message(replay=False):
    segments = tuple(cut_into_segments([reading(temperature=25)], 500))
    return ReadingMessage("request-1", START, segments, replay)


def test_processing_twice_changes_nothing():
    table, clock = MemoryProcessedReadings(), iter([START, START + 1])
    process = Process(table, lambda: next(clock))
    process(message())
    once = dict(table.stored)
    process(message())
    assert table.stored == once


def test_a_replay_takes_the_place_of_the_earlier_result():
    table, clock = MemoryProcessedReadings(), iter([START, START + 1_000])
    process = Process(table, lambda: next(clock))
    process(message())
    process(message(replay=True))
    (stored,) = table.stored.values()
    assert stored.shown["processed_at"] == "2025-11-21T00:00:01Z"


def test_people_are_told_once_when_failures_pass_the_threshold():
    reports, now = MemoryErrorReports(), [START]
    watch = ErrorWatch(reports, lambda: now[0])
    for _ in range(3):
        watch.record(["a"], threshold=2)
    assert [report["failed_messages"] for _, report in reports.reports] == [3]


def test_failures_five_minutes_apart_do_not_add_up():
    reports, now = MemoryErrorReports(), [START]
    watch = ErrorWatch(reports, lambda: now[0])
    for _ in range(4):
        watch.record(["a"], threshold=1)
        now[0] += WINDOW_MS
    assert reports.reports == []
