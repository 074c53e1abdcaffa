"""Rules and alerts in memory behave as the contract says, as far as callers' tests need it."""

from dataclasses import replace

import pytest

from lib.client import EVERY_DEVICE, PipelineClient, Reading, RuleDefinition, Silence, Threshold
from lib.client.testing import InMemoryPipeline, in_memory_client

HOT = RuleDefinition("pump", Threshold("temperature", ">", 60))


@pytest.fixture
def client() -> PipelineClient:
    return in_memory_client(InMemoryPipeline())


def states(client: PipelineClient) -> list[tuple[str, str]]:
    return [(alert.device_id, alert.status) for alert in client.alerts()]


def test_an_alert_fires_once_and_ends_with_its_condition(client: PipelineClient) -> None:
    client.create_rule(HOT)
    for moment, temperature in enumerate((60, 61, 62)):
        client.ingest(Reading("pump", {"temperature": temperature}, moment))
    assert states(client) == [("pump", "triggered")]
    client.ingest(Reading("pump", {"temperature": 60}, 3))
    (alert,) = client.alerts()
    assert (alert.fired_at_ms, alert.resolved_at_ms, alert.status) == (1, 3, "resolved")


def test_a_repeated_reading_fires_nothing(client: PipelineClient) -> None:
    client.create_rule(HOT)
    readings = [Reading("pump", {"temperature": n}, n) for n in (61, 60)]
    for reading in readings * 2:
        client.ingest(reading)
    assert len(list(client.alerts())) == 1


def test_a_rule_for_every_device_watches_derived_metrics_too(client: PipelineClient) -> None:
    client.create_rule(RuleDefinition(EVERY_DEVICE, Threshold("temperature_fahrenheit", ">=", 212)))
    client.ingest_many(Reading(device, {"temp": 100}, 1) for device in ("a", "b"))
    assert sorted(states(client)) == [("a", "triggered"), ("b", "triggered")]


@pytest.mark.parametrize(
    "definition",
    [
        replace(HOT, enabled=False),
        replace(HOT, device_id="other"),
        replace(HOT, condition=Threshold("temperature", "!=", "off")),
        replace(HOT, condition=Threshold("pressure", "<", 60)),
        replace(HOT, condition=Silence(1)),
    ],
)
def test_any_other_rule_is_silent(client: PipelineClient, definition: RuleDefinition) -> None:
    client.create_rule(definition)
    client.ingest(Reading("pump", {"temperature": 61}, 1))
    assert states(client) == []


def test_an_alert_ends_when_its_rule_is_disabled_or_deleted(client: PipelineClient) -> None:
    rules = [client.create_rule(replace(HOT, name=name)) for name in ("a", "b")]
    client.ingest(Reading("pump", {"temperature": 61}, 1))
    client.replace_rule(rules[0].rule_id, replace(HOT, enabled=False))
    client.delete_rule(rules[1].rule_id)
    assert states(client) == [("pump", "resolved")] * 2
