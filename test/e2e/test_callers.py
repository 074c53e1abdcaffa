import json
from itertools import chain

import boto3
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
    callers.ensure_callers(
        [deployment.outputs, dict.fromkeys(chain(*POLICY_OUTPUTS.values()), other)]
    )
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


def test_who_asks_for_several_parameters_needs_the_right_to_each(deployment, deployer):
    iam, name = deployer.aws("iam"), new_device()
    names = ["/iot-pipeline/e2e/config", "/iot-pipeline/e2e/api-key"]
    found = deployer.aws("ssm").get_parameter(Name=names[0])["Parameter"]
    iam.create_user(UserName=name)
    only = {"Effect": "Allow", "Action": ["ssm:GetParameters"], "Resource": [found["ARN"]]}
    document = json.dumps({"Version": "2012-10-17", "Statement": [only]})
    iam.put_user_policy(UserName=name, PolicyName="one", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    ssm = boto3.client(
        "ssm",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        region_name=deployment.region,
        endpoint_url=deployment.endpoint,
        verify=str(deployment.trust_bundle),
    )
    (given,) = ssm.get_parameters(Names=names[:1])["Parameters"]
    assert given["Value"] == found["Value"]
    for refused in (names, names[::-1], names[1:]):
        with pytest.raises(ssm.exceptions.ClientError, match="AccessDenied"):
            ssm.get_parameters(Names=refused)
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=name, PolicyName="one")
    iam.delete_user(UserName=name)
