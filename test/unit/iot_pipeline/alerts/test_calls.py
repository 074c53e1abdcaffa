"""Alerts, over a real socket."""

from iot_pipeline import PipelineClient
from iot_pipeline.events import Event
from iot_pipeline.rules import RuleDefinition, Threshold
from iot_pipeline.testing import InMemoryPipeline

HOT = RuleDefinition("pump", Threshold("temperature", ">", 60), "critical", name="hot")


def test_alerts_come_newest_first_in_pages(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    client.rules.create(HOT)
    client.events.send_batch(Event("pump", "temperature", 60 + n % 2, n) for n in range(1, 10))
    pipeline.requests.clear()
    alerts = list(client.alerts.list(page_size=2))
    assert [alert.fired_at_ms for alert in alerts] == [9, 7, 5, 3, 1]
    assert [alert.resolved_at_ms for alert in alerts] == [None, 8, 6, 4, 2]
    assert len(pipeline.requests) == 3
    newest = alerts[0]
    assert (newest.rule_name, newest.severity, newest.actual_value) == ("hot", "critical", 61)


def test_alerts_are_narrowed_by_everything_that_is_given(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    rule = client.rules.create(HOT)
    client.events.send_batch(Event("pump", "temperature", 60 + n % 2, n) for n in range(1, 10))
    pipeline.requests.clear()
    found = client.alerts.list(
        device_id="pump", rule_id=rule.rule_id, status="resolved", start=3, end=7, page_size=9
    )
    assert [alert.fired_at_ms for alert in found] == [5, 3]
    assert pipeline.requests[0].query == {
        "device_id": "pump",
        "rule_id": rule.rule_id,
        "status": "resolved",
        "start": "3",
        "end": "7",
        "limit": "9",
    }
    assert list(client.alerts.list(device_id="other")) == []
