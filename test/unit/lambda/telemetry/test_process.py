from itertools import permutations

import pytest
from samples.readings import START, reading

from kernel.clock import DAY_MS, MINUTE_MS
from kernel.errors import Throttled
from readings.messages import ReadingMessage
from telemetry.adapters.memory import (
    MemoryErrorReports,
    MemoryFailures,
    MemoryProcessedReadings,
    MemoryReadingQueue,
)
from telemetry.ports import Span
from telemetry.process import WINDOW_MS, ErrorWatch, Process
from telemetry.segmenting import cut_into_segments


def message(replay=False):
    segments = tuple(cut_into_segments([reading(temperature=25)], 500))
    return ReadingMessage("request-1", START, segments, replay)


def test_processing_twice_changes_nothing():
    table, clock = MemoryProcessedReadings(), iter([START, START + 1])
    process = Process(table, MemoryReadingQueue(), lambda: next(clock))
    process([message()])
    once = dict(table.stored)
    process([message()])
    assert table.stored == once


def test_a_replay_takes_the_place_of_the_earlier_result():
    table, clock = MemoryProcessedReadings(), iter([START, START + 1_000])
    process = Process(table, MemoryReadingQueue(), lambda: next(clock))
    process([message()])
    process([message(replay=True)])
    (stored,) = table.stored.values()
    assert stored.shown["processed_at"] == "2025-11-21T00:00:01Z"


@pytest.mark.parametrize("replay", [False, True])
def test_what_was_kept_is_handed_on_to_evaluation_as_it_was_sent(replay):
    table, evaluation = MemoryProcessedReadings(), MemoryReadingQueue()
    Process(table, evaluation, lambda: START)([message(replay)])
    assert evaluation.messages == [message(replay)]


def test_what_is_filled_in_later_is_not_evaluated():
    table, evaluation = MemoryProcessedReadings(), MemoryReadingQueue()
    old, older = START - 7 * DAY_MS, START - 7 * DAY_MS - 1
    segments = tuple(cut_into_segments([reading("old", old), reading("older", older)], 1))
    Process(table, evaluation, lambda: START)([ReadingMessage("r", START, segments)])
    assert len(table.stored) == 2
    (handed_on,) = evaluation.messages
    assert [segment.device_id for segment in handed_on.segments] == ["old"]
    Process(table, evaluation, lambda: START)([ReadingMessage("r", START, segments[1:])])
    assert len(evaluation.messages) == 1


def test_nothing_is_handed_on_that_is_not_kept():
    class Full(MemoryProcessedReadings):
        def append(self, *_args):
            raise Throttled("full")

    evaluation = MemoryReadingQueue()
    with pytest.raises(Throttled):
        Process(Full(), evaluation, lambda: START)([message()])
    assert evaluation.messages == []


def arrived(at, *, device="device-1", **how):
    """A message of one reading, always the same one of its device, that arrived at a moment."""
    (segment,) = cut_into_segments([reading(device, temperature=25)], 500)
    return ReadingMessage(f"request-{at}", at, (segment,), **how)


@pytest.mark.parametrize("sent", ["together", "one by one"])
@pytest.mark.parametrize(
    "order", permutations([arrived(START, new=True), arrived(START + 5), arrived(START + 9)])
)
def test_of_what_several_messages_bring_the_first_to_arrive_is_kept(order, sent):
    table, evaluation = MemoryProcessedReadings(), MemoryReadingQueue()
    process = Process(table, evaluation, lambda: START + 10)
    for messages in [order] if sent == "together" else [[one] for one in order]:
        process(messages)
    (stored,) = table.stored.values()
    assert stored.received_at == START
    assert sorted(one.received_at for one in evaluation.messages) == [START, START + 5, START + 9]


@pytest.mark.parametrize("order", permutations([arrived(START, replay=True), arrived(START)]))
def test_what_is_processed_again_takes_the_place_of_what_comes_beside_it(order):
    table, clock = MemoryProcessedReadings(), iter([START, START + 1_000])
    process = Process(table, MemoryReadingQueue(), lambda: next(clock))
    process([arrived(START)])
    process(order)
    (stored,) = table.stored.values()
    assert stored.shown["processed_at"] == "2025-11-21T00:00:01Z"


def test_what_came_for_the_first_time_is_kept_without_a_look_for_a_minute():
    looked_for = []

    class Watched(MemoryProcessedReadings):
        def append(self, arrivals, processed_at):
            looked_for.extend(one.received_at for one in arrivals)
            super().append(arrivals, processed_at)

    first = arrived(START, new=True)
    for now in (START + MINUTE_MS - 1, START + MINUTE_MS):
        Process(Watched(), MemoryReadingQueue(), lambda now=now: now)([first])
        assert bool(looked_for) == (now == START + MINUTE_MS)


def test_what_is_redriven_leaves_what_was_sent_again_meanwhile_as_it_is():
    """Else the reading would have arrived before a rule that it has fired."""
    table, queue, now = MemoryProcessedReadings(), MemoryReadingQueue(), START + 10 * DAY_MS
    process = Process(table, queue, lambda: now)
    process([arrived(START + 9 * DAY_MS)])
    process([arrived(START, new=True)])
    (stored,) = table.read("device-1", Span(START, START + 1), newest_first=False)
    assert stored.received_at == START + 9 * DAY_MS


class Watches:
    """Containers that share what failed and whom they tell, and a clock moved by hand."""

    def __init__(self):
        self.now, self.failures, self.reports = START, MemoryFailures(), MemoryErrorReports()

    def container(self):
        return ErrorWatch(self.failures, self.reports, lambda: self.now)

    @property
    def told(self):
        return [report["failed_messages"] for _, report in self.reports.reports]


@pytest.fixture
def watches():
    return Watches()


def test_people_are_told_once_when_failures_pass_the_threshold(watches):
    watch = watches.container()
    for message_id in "abcde":
        watch.record([message_id], threshold=2)
    assert watches.told == [3]


def test_what_fails_in_several_containers_adds_up_and_one_of_them_tells(watches):
    containers = [watches.container() for _ in range(5)]
    for watch, message_id in zip(containers, "abcde", strict=True):
        watch.record([message_id], threshold=2)
    assert watches.told == [3]


def test_a_message_that_fails_again_and_again_in_whichever_container_is_one(watches):
    for _ in range(4):
        watches.container().record(["a", "b"], threshold=2)
    assert watches.told == []


def test_failures_five_minutes_apart_do_not_add_up(watches):
    watch = watches.container()
    for message_id in "abcd":
        watch.record([message_id], threshold=1)
        watches.now += WINDOW_MS
    assert watches.told == []


def test_people_are_told_again_of_what_goes_on_failing_five_minutes_later(watches):
    watch = watches.container()
    for _ in range(2):
        watch.record(["a", "b"], threshold=1)
        watches.now += WINDOW_MS
    assert watches.told == [2, 2]


def test_who_lowers_the_threshold_is_told_by_the_new_one_at_once(watches):
    watch = watches.container()
    watch.record(["a", "b"], threshold=1)
    for _ in range(2):
        watch.record(["a"], threshold=0)
    assert [report["error_threshold"] for _, report in watches.reports.reports] == [1, 0]


def test_a_report_that_could_not_be_published_is_published_at_the_next_failure(watches):
    class Away:
        def publish(self, subject, report):
            raise Throttled("busy")

    reports, watches.reports = watches.reports, Away()
    with pytest.raises(Throttled):
        watches.container().record(["a", "b"], threshold=1)
    watches.reports = reports
    watches.container().record(["a"], threshold=1)
    assert watches.told == [2]


def test_nothing_is_written_while_nothing_fails_nor_once_people_were_told(watches):
    watch = watches.container()
    watch.record([], threshold=0)
    assert watches.failures.failed == {}
    watch.record(["a"], threshold=0)
    watch.record(["b"], threshold=0)
    assert watches.failures.failed == {START // WINDOW_MS * WINDOW_MS: {"a"}}
