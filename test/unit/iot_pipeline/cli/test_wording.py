"""Rules and alerts in words."""

from dataclasses import replace
from decimal import Decimal

import pytest

from iot_pipeline.alerts import Alert
from iot_pipeline.cli.wording import alert_line, alert_row, cause_text, condition_text
from iot_pipeline.rules import Silence, Threshold

ALERT = Alert(
    alert_id="a-1",
    rule_id="r-1",
    device_id="pump",
    metric="temperature",
    operator=">",
    threshold=60,
    actual_value=Decimal("61.2"),
    severity="critical",
    status="triggered",
    fired_at_ms=0,
)
SILENT = Alert(
    alert_id="a-2",
    rule_id="r-2",
    rule_name="lost",
    device_id="pump",
    no_data_seconds=900,
    last_reading_at_ms=0,
    severity="warning",
    status="resolved",
    fired_at_ms=900_000,
    resolved_at_ms=901_000,
)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Threshold("temperature", ">", 60), "temperature > 60"),
        (
            Threshold("temperature", ">", Decimal("60.50"), 300, 55),
            "temperature > 60.50 for 5m, clear at 55",
        ),
        (Threshold("level", ">", 5, 0, 0), "level > 5, clear at 0"),
        (Threshold("mode", "==", "eco"), 'mode == "eco"'),
        (Threshold("running", "!=", True), "running != true"),
        (Silence(900), "silent for 15m"),
        (Silence(90, "co"), "no co for 90s"),
    ],
)
def test_a_condition_reads_as_it_is_said(condition: Threshold | Silence, text: str) -> None:
    assert condition_text(condition) == text


def test_a_crossing_is_told_with_its_value() -> None:
    assert alert_line(ALERT) == (
        "1970-01-01T00:00:00.000Z triggered critical pump r-1: temperature 61.2 > 60"
    )


def test_an_end_is_told_when_it_came() -> None:
    assert alert_line(SILENT) == (
        "1970-01-01T00:15:01.000Z resolved warning pump lost: silent for 15m, "
        "last heard 1970-01-01T00:00:00.000Z, fired 1970-01-01T00:15:00.000Z"
    )


def test_a_contradicted_alert_says_so() -> None:
    contradicted = replace(ALERT, status="resolved", resolved_at_ms=0, contradicted_at_ms=0)
    assert "resolved (contradicted by a late reading) critical" in alert_line(contradicted)
    assert alert_row(contradicted)["status"] == "resolved (contradicted by a late reading)"


def test_a_device_that_never_spoke_was_not_heard() -> None:
    never = Alert(
        alert_id="a-3",
        rule_id="r-3",
        device_id="pump",
        metric="co",
        no_data_seconds=60,
        severity="info",
        status="triggered",
        fired_at_ms=0,
    )
    assert cause_text(never) == "no co for 1m"
