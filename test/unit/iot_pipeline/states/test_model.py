"""Device states."""

import pytest

from iot_pipeline import InvalidReading, UnexpectedAnswer
from iot_pipeline.states import DeviceState, StateCount

CONTENT = {"date": "2023-06-16", "type": "laptop", "state": "erased", "count": 3}


def test_a_state_is_said_as_the_api_takes_it() -> None:
    assert DeviceState("laptop", "erased", 5).as_request() == {
        "type": "laptop",
        "state": "erased",
        "timestamp": 5,
    }


def test_a_state_without_a_time_is_stamped_once() -> None:
    state = DeviceState("laptop", "erased")
    assert state.as_request() == state.as_request()
    assert state.timestamp_ms > 1_700_000_000_000


@pytest.mark.parametrize(("kind", "state"), [("\ud800", "erased"), ("laptop", "\ud800")])
def test_what_utf_8_cannot_hold_is_refused(kind: str, state: str) -> None:
    with pytest.raises(InvalidReading):
        DeviceState(kind, state)


def test_a_count_is_read_and_told_as_the_api_tells_it() -> None:
    assert StateCount.of(CONTENT) == StateCount("2023-06-16", "laptop", "erased", 3)
    assert StateCount.of(CONTENT).as_content() == CONTENT


@pytest.mark.parametrize("missing", CONTENT)
def test_a_count_without_a_part_is_none(missing: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=missing):
        StateCount.of({name: part for name, part in CONTENT.items() if name != missing})
