"""What stacks are made of has addresses and names that nothing else has."""

import json
from collections import Counter

import cdktf
import pytest
from cdktf import TerraformOutput
from constructs import Construct
from samples.places import ACCOUNT

from lib.constructs.stack import AwsStack
from lib.settings import Settings


def test_two_parts_that_would_have_one_address_are_refused(tmp_path):
    app = cdktf.App(outdir=str(tmp_path))
    stack = AwsStack(app, Settings(aws_account_id=ACCOUNT))
    TerraformOutput(Construct(stack, "stats"), "html", value="1")
    TerraformOutput(stack, "stats-html", value="2")
    with pytest.raises(Exception, match="would have one address"):
        app.synth()


def test_no_two_grants_of_a_policy_have_one_name(stack):
    policies = [
        (name, json.loads(resource["policy"]))
        for type_ in ("aws_iam_role_policy", "aws_iam_policy")
        for name, resource in stack.all(type_).items()
    ]
    assert len(policies) > 10
    for name, policy in policies:
        sids = Counter(statement["Sid"] for statement in policy["Statement"])
        assert [sid for sid, times in sids.items() if times > 1] == [], name


def test_no_policy_that_is_attached_somewhere_is_made_anew(stack):
    # AWS changes neither in place, and deletes no policy that is attached.
    known = {
        "writer": "Sends readings to the pipeline",
        "reader": "Queries the pipeline",
        "operator": "Operates the pipeline: API, dead letters, logs, metrics, parameters",
    }
    policies = stack.all("aws_iam_policy")
    for caller, description in known.items():
        policy = policies[f"{caller}_policy"]
        assert policy["name"] == f"iot-pipeline-{caller}-dev-us-east-1"
        assert policy["description"] == description


def test_calls_go_on_while_permissions_are_made_anew(stack):
    forgotten = {one["from"] for one in stack.document["removed"]}
    assert "aws_lambda_permission.api_post_ingest_permission" in forgotten
    assert len(forgotten) == 15
    assert not any(one["lifecycle"]["destroy"] for one in stack.document["removed"])
    assert not forgotten & {
        f"aws_lambda_permission.{name}" for name in stack.all("aws_lambda_permission")
    }


def test_a_function_is_called_by_a_name_that_does_not_change_with_its_room(stack):
    handlers = {
        name.removesuffix("_function"): one["handler"]
        for name, one in stack.all("aws_lambda_function").items()
    }
    assert handlers["ingest"] == "functions.ingest.handler"
    assert handlers["replay"] == "functions.reprocess.handler"
