"""How long readings are kept, from the request to the tables' items."""

import pytest
from samples.readings import START

from functions.telemetry import ingest, reprocess

DAY_S = 86_400
ARRIVAL = START + 5_000
ARRIVAL_S = ARRIVAL // 1_000
ONE = {"device_id": "device-1", "sensor_data": {"temperature": 25}}
SPAN = {"device_id": "device-1", "start": START, "end": START + DAY_S * 1_000}
DAY = {"device_id": "device-1", "event_date": "2025-11-21"}


def sent(how_many, start=START):
    """Readings of one device, stored flat if it is one and packed if they are more."""
    return {"readings": [{**ONE, "timestamp": start + n} for n in range(how_many)]}


def items(pipeline, table):
    return pipeline.aws("dynamodb").scan(TableName=pipeline.table(table))["Items"]


def expiries(pipeline):
    """When the items of both tables expire, in seconds since the epoch."""
    return [
        {int(item["expires_at"]["N"]) if "expires_at" in item else None for item in found}
        for found in (items(pipeline, "raw"), items(pipeline, "processed"))
    ]


@pytest.fixture
def keep(pipeline):
    """Sets the days that readings are kept, and the moment at which requests arrive."""

    def set_days(days, arrival=ARRIVAL):
        pipeline.environment["READING_RETENTION_DAYS"] = str(days)
        pipeline.clock = lambda: arrival
        pipeline.restart()

    set_days(30)
    return set_days


@pytest.mark.parametrize("how_many", [1, 3], ids=["flat", "packed"])
@pytest.mark.parametrize("taken", [START, START - 400 * DAY_S * 1_000], ids=["live", "backfill"])
def test_readings_expire_by_their_reception_whatever_their_time(pipeline, keep, how_many, taken):
    assert pipeline.ingest(sent(how_many, taken))[0] == 200
    assert pipeline.process() == []
    assert expiries(pipeline) == [{ARRIVAL_S + 30 * DAY_S}] * 2


def test_events_expire_as_readings_do(pipeline, keep):
    event = {"device_id": "device-1", "ts": START, "type": "temperature", "value": 25}
    assert pipeline.call(ingest, "POST /events", event)[0] == 202
    pipeline.process()
    assert expiries(pipeline) == [{ARRIVAL_S + 30 * DAY_S}] * 2


@pytest.mark.parametrize("how_many", [1, 3], ids=["flat", "packed"])
def test_nothing_is_written_of_what_is_kept_for_ever(pipeline, keep, how_many):
    keep(0)
    pipeline.ingest(sent(how_many))
    (message,) = pipeline.messages()
    assert "expires_at" not in message["Body"]
    pipeline.process(message["Body"])
    assert expiries(pipeline) == [{None}, {None}]


@pytest.mark.parametrize("how_many", [1, 3], ids=["flat", "packed"])
def test_answers_show_nothing_of_it(pipeline, keep, how_many):
    shown = []
    for days in (0, 30):
        keep(days)
        pipeline.ingest(sent(how_many))
        pipeline.process()
        found = [pipeline.items(**DAY, table=table) for table in ("raw", "processed")]
        assert [len(one) for one in found] == [how_many] * 2
        shown.append([{name for item in one for name in item} for one in found])
        for table, key in (("raw", "device_id"), ("processed", "device_date")):
            for item in items(pipeline, table):
                keys = {name: item[name] for name in (key, "segment")}
                pipeline.aws("dynamodb").delete_item(TableName=pipeline.table(table), Key=keys)
    assert shown[0] == shown[1]


@pytest.mark.parametrize("days", [30, 0], ids=["expiring", "for ever"])
def test_what_is_processed_again_is_kept_as_long_as_what_was_sent(pipeline, keep, days):
    keep(days)
    pipeline.ingest(sent(3))
    pipeline.process()
    before = expiries(pipeline)
    keep(90 if days == 0 else 0, ARRIVAL + 20 * DAY_S * 1_000)
    assert pipeline.call(reprocess, "POST /process", SPAN)[0] == 202
    assert pipeline.process() == []
    assert expiries(pipeline) == before


def test_what_comes_again_is_kept_from_its_first_reception_on(pipeline, keep):
    for days_later in (0, 29):
        keep(30, ARRIVAL + days_later * DAY_S * 1_000)
        assert pipeline.ingest(sent(1))[0] == 200
        pipeline.process()
    assert expiries(pipeline) == [{ARRIVAL_S + 30 * DAY_S}] * 2


def test_what_comes_again_after_it_expired_is_kept_anew_though_it_still_lies_there(pipeline, keep):
    for days_later in (0, 30):
        keep(30, ARRIVAL + days_later * DAY_S * 1_000)
        assert pipeline.ingest(sent(1))[0] == 200
        pipeline.process()
    assert expiries(pipeline) == [{ARRIVAL_S + 60 * DAY_S}] * 2


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("POST /ingest", {"device_id": "device-1", "sensor_data": {"expires_at": 1}}),
        ("POST /events", {"device_id": "device-1", "ts": START, "type": "expires_at", "value": 1}),
    ],
)
def test_no_metric_can_make_an_item_expire(pipeline, route, body):
    status, answer, _ = pipeline.call(ingest, route, body)
    assert status == 400
    assert "items use themselves" in answer["error"]["details"][0]["message"]
