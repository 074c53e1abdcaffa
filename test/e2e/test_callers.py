import json

import pytest
from samples.signed_calls import new_device

from lib.local.callers import POLICY_OUTPUTS, Callers
from lib.local.layout import Layout


def test_callers_hold_the_policies_of_every_stack_that_stands_in_the_engine(deployment, deployer):
    iam, name = deployer.aws("iam"), new_device()
    nothing = {"Effect": "Allow", "Action": ["s3:ListAllMyBuckets"], "Resource": ["*"]}
    document = json.dumps({"Version": "2012-10-17", "Statement": [nothing]})
    other = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
    layout = Layout(deployment.credentials_file.parent.parent)
    callers = Callers(layout, deployment.endpoint, deployment.region)

    def attached():
        found = iam.list_attached_user_policies(UserName="writer")["AttachedPolicies"]
        return {policy["PolicyArn"] for policy in found}

    own = deployment.outputs["WriterPolicyArn"]
    callers.ensure_callers([deployment.outputs, dict.fromkeys(POLICY_OUTPUTS.values(), other)])
    assert attached() == {own, other}
    callers.ensure_callers([deployment.outputs])
    assert attached() == {own}
    iam.delete_policy(PolicyArn=other)


def test_an_operator_reads_parameters_and_metrics_and_changes_nothing(operator):
    ssm = operator.aws("ssm")
    config = ssm.get_parameter(Name="/iot-pipeline/e2e/config")["Parameter"]["Value"]
    assert json.loads(config)["batch_size"] == 500
    cloudwatch = operator.aws("cloudwatch")
    found = cloudwatch.describe_alarms(AlarmNamePrefix="iot-pipeline-e2e/")
    assert found["MetricAlarms"]
    dynamodb = operator.aws("dynamodb")
    with pytest.raises(dynamodb.exceptions.ClientError, match="AccessDenied"):
        dynamodb.delete_table(TableName="raw-sensor-data-e2e")
