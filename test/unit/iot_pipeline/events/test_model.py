"""Events."""

from decimal import Decimal

import pytest

from iot_pipeline import InvalidReading
from iot_pipeline.events import Event, StoredEvent


def test_a_float_is_sent_as_python_prints_it() -> None:
    event = Event("pump", "temperature", 61.2, 5)  # type: ignore[arg-type]
    assert event.as_request() == {
        "device_id": "pump",
        "type": "temperature",
        "value": Decimal("61.2"),
        "ts": 5,
    }


@pytest.mark.parametrize("value", [None, Decimal("NaN"), [1], "\ud800"])
def test_what_no_reading_can_hold_is_refused(value: Decimal) -> None:
    with pytest.raises(InvalidReading):
        Event("pump", "temperature", value, 5)


def test_an_event_without_a_time_is_stamped_once() -> None:
    event = Event("pump", "door", True)
    assert event.as_request() == event.as_request()
    assert event.timestamp_ms > 1_700_000_000_000


def test_a_stored_event_is_told_as_the_api_tells_it() -> None:
    assert StoredEvent("pump", "door", True, 5, 6, "r-1").as_content() == {
        "device_id": "pump",
        "type": "door",
        "value": True,
        "ts": 5,
        "ingested_at": 6,
        "request_id": "r-1",
    }
