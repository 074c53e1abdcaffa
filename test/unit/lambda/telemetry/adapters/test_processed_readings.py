"""What processed readings promise, in memory and in DynamoDB alike."""

import pytest
from samples.readings import START, reading

from kernel.clock import DAY_MS, HOUR_MS, iso_of
from telemetry.model import cut_into_segments, with_derived_metrics
from telemetry.ports import Span

AT = START + 90_000
WEEK = Span(START, START + 7 * DAY_MS)


def every_hours(hours, how_many, **metrics):
    return [reading(timestamp=START + n * hours * HOUR_MS, **metrics) for n in range(how_many)]


def read(processed, span=WEEK, *, newest_first=False, device_id="device-1"):
    return list(processed.read(device_id, span, newest_first=newest_first))


@pytest.mark.parametrize("size", [1, 500], ids=["flat", "packed"])
def test_readings_come_back_with_all_that_processing_added(processed, size):
    sent = [with_derived_metrics(one) for one in every_hours(1, 3, temperature=25, label="é")]
    (segment, *_) = segments = cut_into_segments(sent, size)
    processed.append(segments, AT)
    stored = read(processed)[0]
    assert stored.segment == segment
    assert [one.text for one in stored.segment.readings] == [one.text for one in segment.readings]
    assert stored.kept_at == AT
    assert stored.shown == {"processed_at": iso_of(AT), "status": "processed"}


def test_metrics_named_as_a_packed_item_names_its_own_parts_stay_metrics(processed):
    sent = [reading(packed="text", last=1, count=2), reading(timestamp=START + 1, packed=True)]
    for size in (1, 500):
        segments = cut_into_segments(sent, size)
        processed.append(segments, AT)
    found = {one.segment.key: one.segment for one in read(processed)}
    expected = cut_into_segments(sent, 1) + cut_into_segments(sent, 500)
    assert found == {segment.key: segment for segment in expected}


def test_append_leaves_what_is_there_as_it_is(processed):
    segments = cut_into_segments(every_hours(1, 1), 500)
    processed.append(segments, AT)
    processed.append(segments, AT + 1)
    assert [stored.kept_at for stored in read(processed)] == [AT]


def test_replace_puts_the_new_result_in_place_of_the_earlier(processed):
    segments = cut_into_segments(every_hours(1, 1), 500)
    processed.append(segments, AT)
    processed.replace(segments, AT + 1)
    assert [stored.shown["processed_at"] for stored in read(processed)] == [iso_of(AT + 1)]


def test_replace_keeps_what_was_not_there_before(processed):
    processed.replace(cut_into_segments(every_hours(1, 1), 500), AT)
    assert len(read(processed)) == 1


@pytest.mark.parametrize("newest_first", [False, True])
def test_days_come_one_after_another_in_order(processed, newest_first):
    segments = cut_into_segments(every_hours(6, 20), 500)
    processed.append(segments, AT)
    found = [stored.segment.key for stored in read(processed, newest_first=newest_first)]
    assert found == sorted((segment.key for segment in segments), reverse=newest_first)


def test_a_span_within_days_finds_only_its_own_readings(processed):
    processed.append(cut_into_segments(every_hours(6, 20), 500), AT)
    span = Span(START + 18 * HOUR_MS, START + 30 * HOUR_MS)
    moments = [stored.segment.first for stored in read(processed, span)]
    assert [at for at in moments if span.start <= at < span.end] == [
        START + 18 * HOUR_MS,
        START + 24 * HOUR_MS,
    ]


def test_the_first_millisecond_of_a_day_is_not_of_the_day_before(processed):
    processed.append(cut_into_segments([reading(timestamp=START)], 1), AT)
    assert read(processed, Span(START - DAY_MS, START)) == []
    assert len(read(processed, Span(START, START + DAY_MS))) == 1


def test_a_partition_is_one_device_and_one_utc_day(aws, processed_table):
    processed_table.append(cut_into_segments(every_hours(12, 4, temperature=25), 500), AT)
    items = aws("dynamodb").scan(TableName="processed")["Items"]
    assert sorted(item["device_date"]["S"] for item in items) == [
        "device-1#2025-11-21",
        "device-1#2025-11-21",
        "device-1#2025-11-22",
        "device-1#2025-11-22",
    ]


def test_a_single_reading_is_an_item_that_anybody_can_read(aws, processed_table):
    processed_table.append(cut_into_segments([reading(temperature=25, open=True)], 500), AT)
    (item,) = aws("dynamodb").scan(TableName="processed")["Items"]
    assert item.pop("segment")["S"].startswith(f"{START}#")
    assert item == {
        "device_date": {"S": "device-1#2025-11-21"},
        "device_id": {"S": "device-1"},
        "event_date": {"S": "2025-11-21"},
        "timestamp": {"N": str(START)},
        "temperature": {"N": "25"},
        "open": {"BOOL": True},
        "processed_at": {"S": "2025-11-21T00:01:30Z"},
        "status": {"S": "processed"},
    }
