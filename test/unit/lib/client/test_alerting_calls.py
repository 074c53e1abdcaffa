"""Rules and alerts, over a real socket."""

from dataclasses import replace

import pytest

from lib.client import (
    EVERY_DEVICE,
    Event,
    NotFound,
    PipelineClient,
    RuleDefinition,
    Silence,
    Threshold,
    ValidationFailed,
)
from lib.client.testing import Answer, InMemoryPipeline

HOT = RuleDefinition("pump", Threshold("temperature", ">", 60), "critical", name="hot")
SILENT = RuleDefinition(EVERY_DEVICE, Silence(900, "co"))


def test_a_rule_is_made_found_replaced_and_deleted(client: PipelineClient) -> None:
    rule = client.create_rule(HOT)
    assert rule.definition == HOT
    assert client.rule(rule.rule_id) == rule
    off = replace(rule.definition, enabled=False)
    assert client.replace_rule(rule.rule_id, off).definition == off
    assert client.rule(rule.rule_id).created_at_ms == rule.created_at_ms
    client.delete_rule(rule.rule_id)
    with pytest.raises(NotFound):
        client.rule(rule.rule_id)


def test_the_same_rule_made_twice_is_one(client: PipelineClient) -> None:
    assert client.create_rule(HOT) == client.create_rule(HOT)
    assert len(list(client.rules())) == 1


def test_rules_come_in_pages_and_for_exactly_one_device(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    made = [client.create_rule(replace(HOT, cooldown_seconds=n)) for n in range(5)]
    silent = client.create_rule(SILENT)
    pipeline.calls.clear()
    assert list(client.rules(page_size=2)) == [*made, silent]
    assert len(pipeline.calls) == 3
    assert list(client.rules("pump")) == made
    assert list(client.rules(EVERY_DEVICE)) == [silent]


def test_an_unknown_rule_is_not_found(client: PipelineClient) -> None:
    for call in (
        lambda: client.rule("none"),
        lambda: client.replace_rule("none", HOT),
        lambda: client.delete_rule("none"),
    ):
        with pytest.raises(NotFound, match="no such rule"):
            call()


def test_a_rule_that_is_gone_after_a_lost_answer_was_deleted_by_that_attempt(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    pipeline.upcoming += [Answer(504, b"")]
    client.delete_rule("gone-meanwhile")
    assert [call.method for call in pipeline.calls] == ["DELETE", "DELETE"]


def test_a_throttled_attempt_deleted_nothing(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    pipeline.upcoming += [Answer(429, b"")]
    with pytest.raises(NotFound):
        client.delete_rule("never-there")


def test_an_id_is_one_part_of_the_path(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    with pytest.raises(NotFound):
        client.rule("a/b?c d")
    assert pipeline.calls[0].path == "/rules/a%2Fb%3Fc%20d"


def test_what_the_api_refuses_is_an_error(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    pipeline.upcoming += [Answer.error(400, "VALIDATION_ERROR", "Not valid.")]
    with pytest.raises(ValidationFailed):
        client.create_rule(HOT)


def test_alerts_come_newest_first_in_pages(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    client.create_rule(HOT)
    client.send_events(Event("pump", "temperature", 60 + n % 2, n) for n in range(1, 10))
    pipeline.calls.clear()
    alerts = list(client.alerts(page_size=2))
    assert [alert.fired_at_ms for alert in alerts] == [9, 7, 5, 3, 1]
    assert [alert.resolved_at_ms for alert in alerts] == [None, 8, 6, 4, 2]
    assert len(pipeline.calls) == 3
    newest = alerts[0]
    assert (newest.rule_name, newest.severity, newest.actual_value) == ("hot", "critical", 61)


def test_alerts_are_narrowed_by_everything_that_is_given(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    rule = client.create_rule(HOT)
    client.send_events(Event("pump", "temperature", 60 + n % 2, n) for n in range(1, 10))
    pipeline.calls.clear()
    found = client.alerts(
        device_id="pump", rule_id=rule.rule_id, status="resolved", start=3, end=7, page_size=9
    )
    assert [alert.fired_at_ms for alert in found] == [5, 3]
    assert pipeline.calls[0].query == {
        "device_id": "pump",
        "rule_id": rule.rule_id,
        "status": "resolved",
        "start": "3",
        "end": "7",
        "limit": "9",
    }
    assert list(client.alerts(device_id="other")) == []
