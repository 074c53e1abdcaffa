"""Rules and alerts in memory behave as the contract says, as far as callers' tests need it."""

from dataclasses import replace

import pytest

from iot_pipeline import PipelineClient
from iot_pipeline.readings import Reading
from iot_pipeline.rules import EVERY_DEVICE, RuleDefinition, Silence, Threshold
from iot_pipeline.testing import InMemoryPipeline, in_memory_client

HOT = RuleDefinition("pump", Threshold("temperature", ">", 60))


@pytest.fixture
def client() -> PipelineClient:
    return in_memory_client(InMemoryPipeline())


def states(client: PipelineClient) -> list[tuple[str, str]]:
    return [(alert.device_id, alert.status) for alert in client.alerts.list()]


def test_an_alert_fires_once_and_ends_with_its_condition(client: PipelineClient) -> None:
    client.rules.create(HOT)
    for moment, temperature in enumerate((60, 61, 62)):
        client.readings.send(Reading("pump", {"temperature": temperature}, moment))
    assert states(client) == [("pump", "triggered")]
    client.readings.send(Reading("pump", {"temperature": 60}, 3))
    (alert,) = client.alerts.list()
    assert (alert.fired_at_ms, alert.resolved_at_ms, alert.status) == (1, 3, "resolved")


def test_a_repeated_reading_fires_nothing(client: PipelineClient) -> None:
    client.rules.create(HOT)
    readings = [Reading("pump", {"temperature": n}, n) for n in (61, 60)]
    for reading in readings * 2:
        client.readings.send(reading)
    assert len(list(client.alerts.list())) == 1


def test_a_rule_for_every_device_watches_derived_metrics_too(client: PipelineClient) -> None:
    client.rules.create(
        RuleDefinition(EVERY_DEVICE, Threshold("temperature_fahrenheit", ">=", 212))
    )
    client.readings.send_batch(Reading(device, {"temp": 100}, 1) for device in ("a", "b"))
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
    client.rules.create(definition)
    client.readings.send(Reading("pump", {"temperature": 61}, 1))
    assert states(client) == []


def test_an_alert_ends_when_its_rule_is_disabled_or_deleted(client: PipelineClient) -> None:
    rules = [client.rules.create(replace(HOT, name=name)) for name in ("a", "b")]
    client.readings.send(Reading("pump", {"temperature": 61}, 1))
    client.rules.replace(rules[0].rule_id, replace(HOT, enabled=False))
    client.rules.delete(rules[1].rule_id)
    assert states(client) == [("pump", "resolved")] * 2
