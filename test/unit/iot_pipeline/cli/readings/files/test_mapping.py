"""From rows to readings."""

from decimal import Decimal
from typing import Any

import pytest

from iot_pipeline.cli.readings.files.errors import UnreadableFile, UnreadableRow
from iot_pipeline.cli.readings.files.mapping import Wanted, columns_of, reading_of
from iot_pipeline.cli.readings.files.row import Row
from iot_pipeline.cli.readings.files.times import TimeUnit
from iot_pipeline.readings import Reading

REAL: dict[str, Any] = {
    "data": {"co": Decimal("0.0056825985719608325"), "light": False, "temp": Decimal("27.0")},
    "device_id": "5e:44:3b:f3:79:c8",
    "ts": Decimal("1594598735.7727768"),
    "device": "iot-device-02",
}
API: dict[str, Any] = {"device_id": "pump", "sensor_data": {"temp": 1}, "timestamp": 5_000_000_000}
FLAT: dict[str, Any] = {"sensor": "pump", "time": "2020-07-13T00:05:35Z", "temp": 1, "mode": "eco"}


def mapped(fields: dict[str, Any], wanted: Wanted | None = None, **options: bool) -> Reading:
    columns = columns_of(wanted or Wanted(), fields)
    return reading_of(Row(1, fields), columns, of_texts=options.get("of_texts", False))


def test_the_real_file_is_understood_by_itself() -> None:
    assert mapped(REAL) == Reading("5e:44:3b:f3:79:c8", REAL["data"], 1_594_598_735_773)


def test_what_the_api_takes_is_understood_by_itself() -> None:
    wanted = Wanted(time_unit=TimeUnit.MS)
    assert mapped(API, wanted) == Reading("pump", {"temp": 1}, 5_000_000_000)


def test_without_an_object_all_other_fields_are_metrics() -> None:
    assert mapped(FLAT) == Reading("pump", {"temp": 1, "mode": "eco"}, 1_594_598_735_000)


def test_what_was_detected_is_said() -> None:
    assert str(columns_of(Wanted(), REAL)) == (
        "device in 'device_id', time in 'ts' (s), metrics in 'data'"
    )
    assert str(columns_of(Wanted(), FLAT)) == (
        "device in 'sensor', time in 'time' (iso), metrics in all other fields"
    )


def test_fields_may_be_named_by_path() -> None:
    fields = {"meta": {"id": 17, "at": 1_000}, "body": {"m": {"temp": 1}}, "a.b": 2}
    wanted = Wanted("meta.id", "meta.at", TimeUnit.MS, "body.m")
    assert mapped(fields, wanted) == Reading("17", {"temp": 1}, 1_000)
    dotted = Wanted("a.b", "meta.at", TimeUnit.MS, excluded=frozenset({"body"}))
    with pytest.raises(UnreadableRow, match="no metrics"):
        mapped(fields, dotted)


def test_metrics_are_renamed_and_left_out() -> None:
    wanted = Wanted(renamed={"temp": "temperature"}, excluded=frozenset({"mode"}))
    assert mapped(FLAT, wanted).sensor_data == {"temperature": 1}


def test_nulls_are_no_metrics() -> None:
    assert mapped({**FLAT, "mode": None}).sensor_data == {"temp": 1}


def test_texts_become_what_they_show() -> None:
    fields = {"device": "007", "time": "1594598735", "temp": "27.0", "on": "true", "mode": "eco"}
    reading = mapped(fields, of_texts=True)
    assert reading.device_id == "007"
    assert reading.sensor_data == {"temp": Decimal("27.0"), "on": True, "mode": "eco"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sensor": None}, "'sensor' is missing"),
        ({"sensor": ""}, "'sensor' is missing"),
        ({"sensor": True}, "'sensor' is missing"),
        ({"time": None}, "'time' is missing"),
        ({"time": "soon"}, "not an ISO 8601 time"),
        ({"temp": {}}, "'temp' is a dict"),
        ({"temp": None, "mode": None}, "no metrics"),
    ],
)
def test_a_row_that_is_no_reading_is_refused(change: dict[str, Any], reason: str) -> None:
    columns = columns_of(Wanted(), FLAT)
    with pytest.raises(UnreadableRow, match=reason):
        reading_of(Row(1, {**FLAT, **change}), columns, of_texts=False)


def test_two_metrics_of_one_name_are_refused() -> None:
    with pytest.raises(UnreadableRow, match="two metrics are named 'mode'"):
        mapped(FLAT, Wanted(renamed={"temp": "mode"}))


def test_a_row_without_the_metrics_object_is_refused() -> None:
    with pytest.raises(UnreadableRow, match="'data' is missing or not an object"):
        reading_of(Row(1, {**REAL, "data": 1}), columns_of(Wanted(), REAL), of_texts=False)


@pytest.mark.parametrize(
    ("fields", "wanted", "reason"),
    [
        ({"ts": 1, "temp": 1}, Wanted(), "--device-field .fields: ts, temp"),
        ({"id": "a", "temp": 1}, Wanted(), "--time-field"),
        ({"id": "a"}, Wanted(time_field="when"), "no 'when' to tell the time unit by"),
    ],
)
def test_what_cannot_be_detected_is_asked_for(
    fields: dict[str, Any], wanted: Wanted, reason: str
) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        columns_of(wanted, fields)
