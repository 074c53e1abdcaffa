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
