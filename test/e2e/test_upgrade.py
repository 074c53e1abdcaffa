"""What happens to the local callers when a later stack is deployed over an earlier one."""

import pytest
from samples.ports import free_port
from samples.signed_calls import Caller

from lib.local import LocalPipeline, LocalSettings

# A program as small as can be in main.py's place: the callers' policies, named by a release.
PROGRAM = """
import json, os, pathlib

output = pathlib.Path(os.environ["CDKTF_OUTDIR"])
release = pathlib.Path("release").read_text()
kinds = ("Writer", "Reader", "Operator", "OperatorApi")
statement = {"Effect": "Allow", "Action": ["sts:GetCallerIdentity"], "Resource": ["*"]}
policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))
outputs = {f"{kind}PolicyArn": "${aws_iam_policy.%s.arn}" % kind for kind in kinds}
outputs |= {"ApiEndpoint": "https://none/prod", "ApiId": "none", "StageName": "prod"}
document = {
    "terraform": {
        "required_providers": {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}},
        "backend": {"local": {"path": "small.tfstate"}},
    },
    "provider": {"aws": [{"region": "us-east-1"}]},
    "resource": {
        "aws_iam_policy": {kind: {"name": f"{kind}-{release}", "policy": policy} for kind in kinds}
    },
    "output": {name: {"value": value} for name, value in outputs.items()},
}
stack = output / "stacks" / "small"
stack.mkdir(parents=True)
(stack / "cdk.tf.json").write_text(json.dumps(document))
(output / "manifest.json").write_text(json.dumps({"stacks": {"small": {"dependencies": []}}}))
"""


@pytest.fixture
def release(tmp_path):
    """Deploys a release of the small program to an engine of its own."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "main.py").write_text(PROGRAM)
    settings = LocalSettings(tmp_path / "state", free_port(), "us-east-1", "small")
    pipeline = LocalPipeline(settings, project=project)

    def deploy(name):
        (project / "release").write_text(name)
        return pipeline.up()

    yield deploy
    pipeline.down()


def test_a_policy_that_a_later_stack_names_otherwise_is_replaced_under_its_caller(release):
    release("first")
    deployment = release("second")
    iam = Caller(deployment, "deployer").aws("iam")
    attached = iam.list_attached_user_policies(UserName="writer")["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["Writer-second"]
    names = {policy["PolicyName"] for policy in iam.list_policies(Scope="Local")["Policies"]}
    assert names == {f"{kind}-second" for kind in ("Writer", "Reader", "Operator", "OperatorApi")}
