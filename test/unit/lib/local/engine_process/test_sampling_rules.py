"""Sampling rules as X-Ray keeps them, in the engine's process."""

import pytest

from lib.local.engine_process.sampling_rules import RequestRefused, SamplingRules

ARN = "arn:aws:xray:eu-central-1:123456789012:sampling-rule"
RULE = {
    "RuleName": "calls",
    "Priority": 5_000,
    "FixedRate": 0.001,
    "ReservoirSize": 1,
    "Version": 1,
    "ResourceARN": "*",
    "ServiceName": "calls/prod",
    "ServiceType": "AWS::ApiGateway::Stage",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "*",
}


@pytest.fixture
def clock():
    return iter(range(1_000, 2_000)).__next__


@pytest.fixture
def rules(clock):
    return SamplingRules({}, lambda name: f"{ARN}/{name}", clock)


@pytest.fixture
def rule(rules):
    return create(rules)


def create(rules, **more):
    answer = rules.answer("CreateSamplingRule", {"SamplingRule": {**RULE, **more}})
    return answer["SamplingRuleRecord"]["SamplingRule"]


def found(rules):
    records = rules.answer("GetSamplingRules", {})["SamplingRuleRecords"]
    return {one["SamplingRule"]["RuleName"]: one["SamplingRule"] for one in records}


def refusal(rules, operation, asked):
    with pytest.raises(RequestRefused) as refused:
        rules.answer(operation, asked)
    return refused.value.code


def test_a_rule_is_found_as_it_was_made_beside_the_one_that_is_always_there(rules, rule):
    assert rule == {**RULE, "Attributes": {}, "RuleARN": f"{ARN}/calls"}
    assert found(rules)["calls"] == rule
    default = found(rules)["Default"]
    assert (default["Priority"], default["FixedRate"], default["ReservoirSize"]) == (
        10_000,
        0.05,
        1,
    )


@pytest.mark.parametrize("naming", [{"RuleName": "calls"}, {"RuleARN": f"{ARN}/calls"}])
def test_an_update_changes_what_it_names_and_nothing_else(rules, rule, naming):
    before = dict(rule)
    answer = rules.answer(
        "UpdateSamplingRule", {"SamplingRuleUpdate": {**naming, "FixedRate": 0.0}}
    )
    assert found(rules)["calls"] == {**before, "FixedRate": 0.0}
    assert answer["SamplingRuleRecord"]["ModifiedAt"] > answer["SamplingRuleRecord"]["CreatedAt"]


def test_a_deleted_rule_is_gone_and_its_name_is_free(rules, rule):
    answer = rules.answer("DeleteSamplingRule", {"RuleName": "calls"})
    assert answer["SamplingRuleRecord"]["SamplingRule"] == rule
    assert set(found(rules)) == {"Default"}
    assert create(rules) == rule


@pytest.mark.parametrize(
    "fault",
    [
        {"RuleName": "x" * 33},
        {"RuleName": ""},
        {"Priority": 0},
        {"Priority": 10_000},
        {"Priority": "1"},
        {"FixedRate": 1.1},
        {"ReservoirSize": -1},
        {"Version": 2},
        {"ServiceName": "x" * 65},
        {"Host": None},
        {"Attributes": dict.fromkeys("abcdef", "x")},
        {"RuleARN": f"{ARN}/calls"},
        {"RuleName": "Default"},
    ],
    ids=str,
)
def test_a_rule_that_x_ray_would_not_take_is_refused(rules, fault):
    asked = {"SamplingRule": {**RULE, **fault}}
    assert refusal(rules, "CreateSamplingRule", asked) == "InvalidRequestException"
    assert set(found(rules)) == {"Default"}


def test_no_two_rules_have_one_name(rules, rule):
    code = refusal(rules, "CreateSamplingRule", {"SamplingRule": {**RULE, "FixedRate": 1}})
    assert code == "InvalidRequestException"
    assert found(rules)["calls"] == rule


def test_an_account_has_25_rules_at_most(rules):
    for n in range(25):
        create(rules, RuleName=f"rule-{n}")
    code = refusal(rules, "CreateSamplingRule", {"SamplingRule": RULE})
    assert code == "RuleLimitExceededException"


@pytest.mark.parametrize(
    "naming",
    [{"RuleName": "other"}, {"RuleARN": "other"}, {}, {"RuleName": "calls", "RuleARN": "x"}],
    ids=str,
)
def test_a_rule_that_is_not_named_or_not_there_is_neither_changed_nor_deleted(rules, rule, naming):
    update = {"SamplingRuleUpdate": {**naming, "FixedRate": 1}}
    assert refusal(rules, "UpdateSamplingRule", update) == "InvalidRequestException"
    assert refusal(rules, "DeleteSamplingRule", naming) == "InvalidRequestException"
    assert found(rules)["calls"] == rule


def test_of_the_default_rule_only_how_much_it_takes_can_be_changed(rules):
    def update(**changes):
        return {"SamplingRuleUpdate": {"RuleName": "Default", **changes}}

    rules.answer("UpdateSamplingRule", update(FixedRate=0.01, ReservoirSize=0))
    assert found(rules)["Default"]["FixedRate"] == 0.01
    assert refusal(rules, "UpdateSamplingRule", update(Host="x")) == "InvalidRequestException"
    assert (
        refusal(rules, "DeleteSamplingRule", {"RuleName": "Default"}) == "InvalidRequestException"
    )


def test_tags_come_with_a_rule_and_are_added_replaced_and_taken_away(rules):
    tag = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    rules.answer("CreateSamplingRule", {"SamplingRule": RULE, "Tags": tag})
    named = {"ResourceARN": f"{ARN}/calls"}
    assert rules.answer("ListTagsForResource", named) == {"Tags": tag}
    more = [{"Key": "b", "Value": "3"}, {"Key": "c", "Value": "4"}]
    rules.answer("TagResource", {**named, "Tags": more})
    rules.answer("UntagResource", {**named, "TagKeys": ["a"]})
    assert rules.answer("ListTagsForResource", named) == {"Tags": more}


def test_tags_have_their_limits_and_need_a_rule(rules, rule):
    named, other = {"ResourceARN": rule["RuleARN"]}, {"ResourceARN": f"{ARN}/other"}
    aws = {**named, "Tags": [{"Key": "aws:x", "Value": ""}]}
    assert refusal(rules, "TagResource", aws) == "InvalidRequestException"
    many = {**named, "Tags": [{"Key": str(n), "Value": ""} for n in range(51)]}
    assert refusal(rules, "TagResource", many) == "TooManyTagsException"
    for operation in ("TagResource", "UntagResource", "ListTagsForResource"):
        assert refusal(rules, operation, other) == "ResourceNotFoundException"


def test_what_x_ray_does_besides_is_refused_by_name(rules):
    assert refusal(rules, "GetTraceSummaries", {}) == "UnknownOperationException"


@pytest.mark.parametrize(
    ("asked", "resource"),
    [
        ({"SamplingRule": RULE}, f"{ARN}/calls"),
        ({"SamplingRuleUpdate": {"RuleARN": f"{ARN}/x"}}, f"{ARN}/x"),
        ({"RuleName": "calls"}, f"{ARN}/calls"),
        ({"ResourceARN": f"{ARN}/calls", "Tags": []}, f"{ARN}/calls"),
        ({}, "*"),
    ],
)
def test_policies_are_asked_about_the_rule_that_a_request_names(rules, asked, resource):
    assert rules.resource(asked) == resource
