"""Rules, over a real socket."""

from dataclasses import replace

import pytest

from iot_pipeline import NotFound, PipelineClient, ValidationFailed
from iot_pipeline.rules import EVERY_DEVICE, RuleDefinition, Silence, Threshold
from iot_pipeline.testing import InMemoryPipeline, Response

HOT = RuleDefinition("pump", Threshold("temperature", ">", 60), "critical", name="hot")
SILENT = RuleDefinition(EVERY_DEVICE, Silence(900, "co"))


def test_a_rule_is_made_found_replaced_and_deleted(client: PipelineClient) -> None:
    rule = client.rules.create(HOT)
    assert rule.definition == HOT
    assert client.rules.get(rule.rule_id) == rule
    off = replace(rule.definition, enabled=False)
    assert client.rules.replace(rule.rule_id, off).definition == off
    assert client.rules.get(rule.rule_id).created_at_ms == rule.created_at_ms
    client.rules.delete(rule.rule_id)
    with pytest.raises(NotFound):
        client.rules.get(rule.rule_id)


def test_the_same_rule_made_twice_is_one(client: PipelineClient) -> None:
    assert client.rules.create(HOT) == client.rules.create(HOT)
    assert len(list(client.rules.list())) == 1


def test_rules_come_in_pages_and_for_exactly_one_device(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    made = [client.rules.create(replace(HOT, cooldown_seconds=n)) for n in range(5)]
    silent = client.rules.create(SILENT)
    pipeline.requests.clear()
    assert list(client.rules.list(page_size=2)) == [*made, silent]
    assert len(pipeline.requests) == 3
    assert list(client.rules.list("pump")) == made
    assert list(client.rules.list(EVERY_DEVICE)) == [silent]


def test_an_unknown_rule_is_not_found(client: PipelineClient) -> None:
    for call in (
        lambda: client.rules.get("none"),
        lambda: client.rules.replace("none", HOT),
        lambda: client.rules.delete("none"),
    ):
        with pytest.raises(NotFound, match="no such rule"):
            call()


def test_a_rule_that_is_gone_after_a_lost_answer_was_deleted_by_that_attempt(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    pipeline.upcoming += [Response(504, b"")]
    client.rules.delete("gone-meanwhile")
    assert [call.method for call in pipeline.requests] == ["DELETE", "DELETE"]


def test_a_throttled_attempt_deleted_nothing(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    pipeline.upcoming += [Response(429, b"")]
    with pytest.raises(NotFound):
        client.rules.delete("never-there")


def test_an_id_is_one_part_of_the_path(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    with pytest.raises(NotFound):
        client.rules.get("a/b?c d")
    assert pipeline.requests[0].path == "/rules/a%2Fb%3Fc%20d"


def test_what_the_api_refuses_is_an_error(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    pipeline.upcoming += [Response.error(400, "VALIDATION_ERROR", "Not valid.")]
    with pytest.raises(ValidationFailed):
        client.rules.create(HOT)
