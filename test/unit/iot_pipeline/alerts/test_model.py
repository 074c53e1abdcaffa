"""Alerts, as they are answered."""

from decimal import Decimal

import pytest

from iot_pipeline import UnexpectedAnswer
from iot_pipeline.alerts import Alert

COMMON = {
    "alert_id": "a-1",
    "rule_id": "r-1",
    "device_id": "pump",
    "severity": "warning",
    "status": "triggered",
    "fired_at": 5,
}
CROSSED = {
    **COMMON,
    "rule_name": "hot",
    "metric": "temperature",
    "operator": ">",
    "threshold": 60,
    "actual_value": Decimal("61.20"),
    "resolved_at": 9,
}
SILENT = {**COMMON, "no_data": 900, "last_reading_at": 3}


@pytest.mark.parametrize("content", [COMMON, CROSSED, SILENT])
def test_an_alert_holds_what_the_api_answers(content: dict[str, object]) -> None:
    assert Alert.of(content).as_content() == content


def test_numbers_and_times_are_exact() -> None:
    alert = Alert.of(CROSSED)
    assert (alert.fired_at_ms, alert.resolved_at_ms) == (5, 9)
    assert str(alert.actual_value) == "61.20"
    assert (Alert.of(SILENT).no_data_seconds, Alert.of(SILENT).last_reading_at_ms) == (900, 3)


@pytest.mark.parametrize("missing", list(COMMON))
def test_an_answer_that_lacks_something_is_an_error(missing: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=missing):
        Alert.of({name: value for name, value in COMMON.items() if name != missing})
