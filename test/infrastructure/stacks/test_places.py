"""Environments, regions and accounts beside each other: nothing of one is taken for another's."""

import re
from collections import Counter
from itertools import combinations

import pytest
from samples.places import ACCOUNT

NAMES = ("name", "function_name", "layer_name", "alarm_name", "bucket", "rule_name")
# One name for the whole account, and of buckets for the whole world.
GLOBAL = ("aws_iam_role", "aws_iam_policy", "aws_s3_bucket")
ACCOUNT_OF_THE_CREDENTIALS = "${data.aws_caller_identity.account.account_id}"
OTHER_ACCOUNT = "210987654321"
LONGEST_SUFFIX = "x" * 20


def named_resources(stack, types=None):
    """Each named resource's type and name, however often there is one."""
    (account,) = stack.document["provider"]["aws"][0]["allowed_account_ids"]
    for type_, resources in stack.document["resource"].items():
        # A policy within a role is named in its role.
        if type_ in ("aws_iam_role_policy",) or (types and type_ not in types):
            continue
        for resource in resources.values():
            for attribute in NAMES:
                name = resource.get(attribute)
                if name and not name.startswith("${"):
                    yield (
                        type_,
                        name.replace(ACCOUNT_OF_THE_CREDENTIALS, account),
                    )


@pytest.mark.parametrize("suffix", ["dev", "x", "alert-rules", "table", LONGEST_SUFFIX])
def test_no_two_resources_of_a_type_have_one_name(synthesise, suffix):
    found = Counter(named_resources(synthesise(environment_suffix=suffix)))
    assert len(found) > 100
    assert [name for name, times in found.items() if times > 1] == []
    for type_, most in (("aws_iam_role", 64), ("aws_xray_sampling_rule", 32)):
        assert max(len(name) for one, name in found if one == type_) <= most


def test_environments_share_no_name(synthesise):
    suffixes = ("x", "dlq", "x-table", "errors", "x-errors", LONGEST_SUFFIX)
    stacks = [set(named_resources(synthesise(environment_suffix=one))) for one in suffixes]
    for one, other in combinations(stacks, 2):
        assert one & other == set()


@pytest.mark.parametrize(
    "elsewhere", [{"aws_region": "eu-central-1"}, {"aws_account_id": OTHER_ACCOUNT}], ids=str
)
def test_regions_and_accounts_share_no_name_that_both_can_see(stack, synthesise, elsewhere):
    types = GLOBAL if "aws_region" in elsewhere else ("aws_s3_bucket",)
    here = set(named_resources(stack, types))
    assert here
    assert here & set(named_resources(synthesise(**elsewhere), types)) == set()


def backend(stack):
    ((kind, settings),) = stack.document["terraform"]["backend"].items()
    return kind, settings


def test_every_place_has_a_state_of_its_own(synthesise):
    places = [
        {},
        {"environment_suffix": "blue"},
        {"aws_region": "eu-central-1"},
        {"aws_account_id": OTHER_ACCOUNT},
    ]
    local = [backend(synthesise(**place))[1]["path"] for place in places]
    assert local[0] == f"../../../iot-pipeline-dev-{ACCOUNT}-us-east-1.tfstate"
    kept = [backend(synthesise(**place, state_bucket="our-state"))[1]["key"] for place in places]
    assert kept[0] == f"iot-pipeline/{ACCOUNT}/us-east-1/dev.tfstate"
    assert len(set(local)) == len(set(kept)) == len(places)


def test_the_bucket_of_the_state_may_be_in_another_region(synthesise):
    kind, here = backend(synthesise(state_bucket="our-state"))
    _, elsewhere = backend(synthesise(state_bucket="our-state", state_region="eu-central-1"))
    assert kind == "s3"
    assert (here["use_lockfile"], here["encrypt"]) == (True, True)
    assert (here["region"], elsewhere["region"]) == ("us-east-1", "eu-central-1")


def test_only_the_account_that_was_meant_is_deployed_to(stack):
    (provider,) = stack.document["provider"]["aws"]
    assert provider["allowed_account_ids"] == [ACCOUNT]


def test_a_deploy_says_where_it_goes(stack):
    (message,) = stack.said
    for part in ("dev", ACCOUNT, "us-east-1", "is protected", ".tfstate"):
        assert part in message


def test_the_policies_of_callers_are_no_longer_than_iam_takes(synthesise):
    stack = synthesise(environment_suffix=LONGEST_SUFFIX, aws_region="ap-southeast-2")
    for policy in stack.all("aws_iam_policy").values():
        # An ARN with the longest suffix in the place of each reference.
        assert len(re.sub(r"\$\{[^}]*\}", "x" * 100, policy["policy"])) <= 6_144
