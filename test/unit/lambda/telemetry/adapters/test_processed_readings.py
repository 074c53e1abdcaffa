"""What processed readings promise, in memory and in DynamoDB alike."""

import pytest
from samples.readings import START, reading

from kernel.clock import DAY_MS, HOUR_MS, iso_of
from readings.model import with_derived_metrics
from telemetry.ports import Arrival, Span
from telemetry.segmenting import cut_into_segments

AT, RECEIVED = START + 90_000, START + 60_000
WEEK = Span(START, START + 7 * DAY_MS)


def every_hours(hours, how_many, **metrics):
    return [reading(timestamp=START + n * hours * HOUR_MS, **metrics) for n in range(how_many)]


def arriving(segments, received_at=RECEIVED, expires_at=None):
    return [Arrival(segment, received_at, expires_at) for segment in segments]


def read(processed, span=WEEK, *, newest_first=False, device_id="device-1"):
    return list(processed.read(device_id, span, newest_first=newest_first))


@pytest.mark.parametrize("size", [1, 500], ids=["flat", "packed"])
def test_readings_come_back_with_all_that_processing_added(processed, size):
    sent = [with_derived_metrics(one) for one in every_hours(1, 3, temperature=25, label="é")]
    (segment, *_) = segments = cut_into_segments(sent, size)
    processed.append(arriving(segments), AT)
    stored = read(processed)[0]
    assert stored.segment == segment
    assert [one.text for one in stored.segment.readings] == [one.text for one in segment.readings]
    assert stored.received_at == RECEIVED
    assert stored.shown == {"processed_at": iso_of(AT), "status": "processed"}


def test_metrics_named_as_a_packed_item_names_its_own_parts_stay_metrics(processed):
    sent = [reading(packed="text", last=1, count=2), reading(timestamp=START + 1, packed=True)]
    for size in (1, 500):
        segments = cut_into_segments(sent, size)
        processed.append(arriving(segments), AT)
    found = {one.segment.key: one.segment for one in read(processed)}
    expected = cut_into_segments(sent, 1) + cut_into_segments(sent, 500)
    assert found == {segment.key: segment for segment in expected}


@pytest.mark.parametrize("expires_at", [None, START + 30 * DAY_MS])
@pytest.mark.parametrize("size", [1, 500], ids=["flat", "packed"])
@pytest.mark.parametrize("keep", ["append", "replace"])
def test_until_when_readings_are_kept_is_told_and_is_no_metric(processed, keep, size, expires_at):
    segments = cut_into_segments(every_hours(1, 1), size)
    getattr(processed, keep)(arriving(segments, expires_at=expires_at), AT)
    (stored,) = read(processed)
    assert (stored.expires_at, stored.segment) == (expires_at, segments[0])


def test_append_leaves_what_is_there_as_it_is(processed):
    segments = cut_into_segments(every_hours(1, 1), 500)
    processed.append(arriving(segments), AT)
    processed.append(arriving(segments, RECEIVED + 1), AT + 1)
    assert [stored.received_at for stored in read(processed)] == [RECEIVED]


@pytest.mark.parametrize("keep", ["append", "replace"])
def test_of_a_segment_that_is_given_twice_the_first_counts(processed, keep):
    (segment,) = cut_into_segments(every_hours(1, 1), 500)
    twice = arriving([segment], RECEIVED + 1) + arriving([segment], RECEIVED)
    getattr(processed, keep)(twice, AT)
    assert [stored.received_at for stored in read(processed)] == [RECEIVED + 1]


@pytest.mark.parametrize("there", [False, True], ids=["new", "there"])
@pytest.mark.parametrize(
    ("later_ms", "kept"), [(30 * DAY_MS - 1, RECEIVED), (30 * DAY_MS, RECEIVED + 30 * DAY_MS)]
)
def test_what_has_expired_by_the_next_arrival_is_kept_anew(processed_table, there, later_ms, kept):
    segments = cut_into_segments(every_hours(1, 1), 500)
    first = arriving(segments, expires_at=RECEIVED + 30 * DAY_MS)
    later = arriving(segments, RECEIVED + later_ms)
    for arrivals in [first, later] if there else [first + later]:
        processed_table.append(arrivals, AT)
    assert [stored.received_at for stored in read(processed_table)] == [kept]


def test_replace_puts_the_new_result_in_place_of_the_earlier(processed):
    segments = cut_into_segments(every_hours(1, 1), 500)
    processed.append(arriving(segments), AT)
    processed.replace(arriving(segments), AT + 1)
    assert [stored.shown["processed_at"] for stored in read(processed)] == [iso_of(AT + 1)]


def test_replace_keeps_what_was_not_there_before(processed):
    processed.replace(arriving(cut_into_segments(every_hours(1, 1), 500)), AT)
    assert len(read(processed)) == 1


@pytest.mark.parametrize("newest_first", [False, True])
def test_days_come_one_after_another_in_order(processed, newest_first):
    segments = cut_into_segments(every_hours(6, 20), 500)
    processed.append(arriving(segments), AT)
    found = [stored.segment.key for stored in read(processed, newest_first=newest_first)]
    assert found == sorted((segment.key for segment in segments), reverse=newest_first)


def test_a_span_within_days_finds_only_its_own_readings(processed):
    processed.append(arriving(cut_into_segments(every_hours(6, 20), 500)), AT)
    span = Span(START + 18 * HOUR_MS, START + 30 * HOUR_MS)
    moments = [stored.segment.first for stored in read(processed, span)]
    assert [at for at in moments if span.start <= at < span.end] == [
        START + 18 * HOUR_MS,
        START + 24 * HOUR_MS,
    ]


def test_the_first_millisecond_of_a_day_is_not_of_the_day_before(processed):
    processed.append(arriving(cut_into_segments([reading(timestamp=START)], 1)), AT)
    assert read(processed, Span(START - DAY_MS, START)) == []
    assert len(read(processed, Span(START, START + DAY_MS))) == 1


def test_a_partition_is_one_device_and_one_utc_day(aws, processed_table):
    processed_table.append(arriving(cut_into_segments(every_hours(12, 4, temperature=25), 500)), AT)
    items = aws("dynamodb").scan(TableName="processed")["Items"]
    assert sorted(item["device_date"]["S"] for item in items) == [
        "device-1#2025-11-21",
        "device-1#2025-11-21",
        "device-1#2025-11-22",
        "device-1#2025-11-22",
    ]


def test_a_single_reading_is_an_item_that_anybody_can_read(aws, processed_table):
    processed_table.append(
        arriving(cut_into_segments([reading(temperature=25, open=True)], 500)), AT
    )
    (item,) = aws("dynamodb").scan(TableName="processed")["Items"]
    assert item.pop("segment")["S"].startswith(f"{START}#")
    assert item == {
        "device_date": {"S": "device-1#2025-11-21"},
        "device_id": {"S": "device-1"},
        "event_date": {"S": "2025-11-21"},
        "timestamp": {"N": str(START)},
        "temperature": {"N": "25"},
        "open": {"BOOL": True},
        "received_at": {"N": str(RECEIVED)},
        "processed_at": {"S": "2025-11-21T00:01:30Z"},
        "status": {"S": "processed"},
    }


def test_what_is_stored_since_a_moment_comes_with_when_it_was_received(processed):
    early, late = cut_into_segments(every_hours(1, 2), 1)
    processed.append(arriving([early]), AT)
    processed.append(arriving([late], RECEIVED + 1), AT)
    processed.append(arriving(cut_into_segments([reading("device-2")], 1)), AT)

    def since(start):
        return list(processed.since("device-1", start, START + DAY_MS, 0))

    assert since(START) == [(early, RECEIVED), (late, RECEIVED + 1)]
    assert since(START + 1) == [(late, RECEIVED + 1)]


def test_a_segment_that_began_before_is_found_as_far_as_is_looked_back(processed):
    (segment,) = cut_into_segments([reading(timestamp=START + n * 60_000) for n in range(3)], 500)
    processed.append(arriving([segment]), AT)

    def since(start, longest_ms):
        return list(processed.since("device-1", start, START + DAY_MS, longest_ms))

    assert since(START + 120_000, 120_000) == [(segment, RECEIVED)]
    assert since(START + 120_000, 0) == []
    assert since(START + 120_001, 120_000) == []


def test_the_newest_come_first_with_when_they_were_taken_and_received(processed):
    processed.append(arriving(cut_into_segments(every_hours(1, 30), 1)), AT)
    processed.append(
        arriving(cut_into_segments([reading(timestamp=START + n) for n in (1, 9)], 2), 5), AT
    )

    def newest(start, end=START + 2 * DAY_MS, device_id="device-1"):
        return list(processed.newest(device_id, start, end))

    hourly = [(START + n * HOUR_MS, RECEIVED) for n in reversed(range(1, 30))]
    assert newest(START + 9) == [*hourly, (START + 9, 5)]
    assert newest(START + 10) == hourly
    assert newest(START + 10, START + HOUR_MS + 1) == hourly[-1:]
    assert newest(START + 10, START - 1) == []
    assert newest(START, device_id="device-2") == []


def test_what_version_0_1_0_kept_was_received_when_it_was_processed(aws, processed_table):
    processed_table.append(arriving(cut_into_segments([reading()], 1)), AT)
    client = aws("dynamodb")
    (item,) = client.scan(TableName="processed")["Items"]
    del item["received_at"]
    client.put_item(TableName="processed", Item=item)
    assert [one.received_at for one in read(processed_table)] == [AT]
