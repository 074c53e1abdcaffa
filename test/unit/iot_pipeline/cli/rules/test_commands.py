"""`pipeline rules …`."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from click.testing import Result

from iot_pipeline import exact_json
from iot_pipeline.rules import Rule, RuleDefinition, Silence, Threshold
from iot_pipeline.testing import InMemoryPipeline, Response, in_memory_client

Run = Callable[..., Result]
HOT = RuleDefinition("pump", Threshold("temperature", ">", 60), "critical", name="hot")


@pytest.fixture
def rule(connected: InMemoryPipeline) -> Rule:
    """A rule that is there."""
    rule = in_memory_client(connected).rules.create(HOT)
    connected.requests.clear()
    return rule


def sent(connected: InMemoryPipeline) -> dict[str, Any]:
    (call,) = connected.requests
    content: dict[str, Any] = call.content()
    return content


def test_a_threshold_rule_is_made_as_it_is_said(run: Run, connected: InMemoryPipeline) -> None:
    options = ["--for", "5m", "--cooldown", "1h", "--clear", "55.50", "--severity", "critical"]
    texts = ["--name", "hot", "--description", "Too hot.", "--disabled"]
    result = run("rules", "create", "pump-7", "temperature > 60", *options, *texts)
    assert result.exit_code == 0
    assert sent(connected) == {
        "device_id": "pump-7",
        "metric": "temperature",
        "operator": ">",
        "threshold": 60,
        "duration": 300,
        "clear_threshold": Decimal("55.50"),
        "cooldown": 3_600,
        "severity": "critical",
        "enabled": False,
        "name": "hot",
        "description": "Too hot.",
    }
    assert "temperature > 60 for 5m, clear at 55.50" in result.stdout


def test_a_silence_rule_is_made_as_it_is_said(run: Run, connected: InMemoryPipeline) -> None:
    result = run("rules", "create", "--every-device", "--silent-for", "15m", "--metric", "co")
    assert result.exit_code == 0
    assert sent(connected) == {
        "device_id": "*",
        "metric": "co",
        "no_data": 900,
        "cooldown": 0,
        "severity": "warning",
        "enabled": True,
    }
    assert "no co for 15m" in result.stdout


def test_options_may_stand_anywhere(run: Run, connected: InMemoryPipeline) -> None:
    run("rules", "create", "--for", "90", "load < -5", "--every-device", "--clear", "-3")
    content = sent(connected)
    assert (content["device_id"], content["threshold"]) == ("*", -5)
    assert (content["duration"], content["clear_threshold"]) == (90, -3)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "give either DEVICE or --every-device"),
        (["load > 1"], "give either DEVICE or --every-device"),
        (["pump", "load > 1", "--every-device"], "give either DEVICE or --every-device"),
        (["pump"], "give CONDITION, such as 'temperature > 60', or --silent-for"),
        (["pump", "load > 1", "--silent-for", "1m"], "give CONDITION"),
        (["pump", "load", ">", "1"], "CONDITION is one argument: put it in quotes"),
        (["pump", "load"], "'load' is not a condition"),
        (["pump", "load > 1", "--metric", "co"], "--metric goes with --silent-for"),
        (["pump", "--silent-for", "1m", "--for", "1m"], "--for and --clear go with CONDITION"),
        (["pump", "--silent-for", "1m", "--clear", "1"], "--for and --clear go with CONDITION"),
        (["pump", "load > 1", "--for", "soon"], "'soon' is not a duration"),
        (["pump", "load > 1", "--severity", "dire"], "'dire' is not one of"),
    ],
)
def test_wrong_usage_is_explained(
    run: Run, connected: InMemoryPipeline, words: list[str], complaint: str
) -> None:
    result = run("rules", "create", *words)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert connected.requests == []


def test_what_the_api_refuses_is_told_with_its_faults(
    run: Run, connected: InMemoryPipeline
) -> None:
    details = [{"path": "clear_threshold", "message": "lies beyond threshold"}]
    error = {"code": "VALIDATION_ERROR", "message": "No.", "requestId": "r", "details": details}
    connected.upcoming += [Response.json(400, {"error": error})]
    result = run("rules", "create", "pump", "load > 1", "--clear", "2")
    assert result.exit_code == 1
    assert result.stderr.endswith("\n  clear_threshold: lies beyond threshold\n")


def test_rules_are_listed_for_people(run: Run, connected: InMemoryPipeline, rule: Rule) -> None:
    in_memory_client(connected).rules.create(RuleDefinition("*", Silence(60)))
    result = run("rules", "list")
    assert "temperature > 60" in result.stdout
    assert "silent for 1m" in result.stdout
    assert "silent" not in run("rules", "list", "--device", "pump").stdout


def test_rules_are_listed_for_programs_as_the_api_has_them(run: Run, rule: Rule) -> None:
    lines = run("rules", "list", "--format", "json").stdout.splitlines()
    assert [exact_json.loads(line) for line in lines] == [rule.as_content()]
    (row,) = csv.DictReader(io.StringIO(run("rules", "list", "--format", "csv").stdout))
    assert (row["rule_id"], row["threshold"]) == (rule.rule_id, "60")


def test_one_rule_is_shown(run: Run, rule: Rule) -> None:
    shown = run("rules", "show", rule.rule_id, "--format", "json").stdout
    assert exact_json.loads(shown) == rule.as_content()


def test_replacing_keeps_nothing_that_is_not_said(
    run: Run, connected: InMemoryPipeline, rule: Rule
) -> None:
    run("rules", "replace", rule.rule_id, "pump", "load >= 2", "--severity", "info")
    expected = RuleDefinition("pump", Threshold("load", ">=", 2), "info")
    assert in_memory_client(connected).rules.get(rule.rule_id).definition == expected


def test_a_rule_is_switched_off_and_on_and_is_otherwise_the_same(
    run: Run, connected: InMemoryPipeline, rule: Rule
) -> None:
    client = in_memory_client(connected)
    assert run("rules", "disable", rule.rule_id).stdout == f"Disabled: {rule.rule_id}\n"
    assert client.rules.get(rule.rule_id).definition.enabled is False
    assert run("rules", "enable", rule.rule_id).stdout == f"Enabled: {rule.rule_id}\n"
    assert client.rules.get(rule.rule_id).definition == HOT


def test_a_rule_is_deleted(run: Run, connected: InMemoryPipeline, rule: Rule) -> None:
    assert run("rules", "delete", rule.rule_id).stdout == f"Deleted: {rule.rule_id}\n"
    assert list(in_memory_client(connected).rules.list()) == []


@pytest.mark.parametrize("command", ["show", "enable", "disable", "delete"])
def test_an_unknown_rule_is_one_line(run: Run, connected: InMemoryPipeline, command: str) -> None:
    result = run("rules", command, "none")
    assert result.exit_code == 1
    assert result.stderr == ("Error: There is no such rule. (NOT_FOUND, request in-memory)\n")


@pytest.mark.parametrize(
    "command", ["list", "show", "create", "replace", "enable", "disable", "delete"]
)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    result = run("rules", command, "--help")
    assert result.stdout.startswith(f"Usage: pipeline rules {command} ")
