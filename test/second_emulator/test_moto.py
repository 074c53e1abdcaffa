"""Applied to moto, the stack differs from what it describes in what is listed, and in nothing else.

A check by hand, `make moto`: it takes five minutes, and no function runs there.
"""

import json
import re

import pytest
from botocore.exceptions import ClientError

WORK_QUEUES = {"data-ingestion-moto", "rule-evaluation-moto", "device-states-moto"}


@pytest.fixture(scope="module")
def differences(deployment):
    """What a second plan would change, by resource type and attribute."""
    return {
        f"{resource['type']}.{attribute}"
        for resource in deployment.plan()["resource_changes"]
        if resource["change"]["actions"] not in (["no-op"], ["read"])
        for attribute in _changed(resource["change"])
    }


def _changed(change):
    before, after = change["before"] or {}, change["after"] or {}
    return {name for name in {*before, *after} if before.get(name) != after.get(name)} | {
        name for name, unknown in (change.get("after_unknown") or {}).items() if unknown is True
    }


def test_a_second_plan_differs_in_nothing_that_is_not_listed(differences, listed):
    assert differences - set(listed["planned_anew"]) == set()


def test_moto_still_differs_as_listed(planned_anew, differences):
    assert planned_anew in differences, "strike it off the list"


def test_moto_still_drops_what_is_left_out(deployment, listed):
    assert set(listed["left_out"]) == {
        "aws_sqs_queue.redrive_allow_policy",
        "aws_xray_sampling_rule",
    }
    sqs = deployment.aws("sqs")
    allowed = json.dumps({"redrivePermission": "denyAll"})
    url = sqs.create_queue(QueueName="left-out", Attributes={"RedriveAllowPolicy": allowed})
    told = sqs.get_queue_attributes(QueueUrl=url["QueueUrl"], AttributeNames=["All"])
    assert "RedriveAllowPolicy" not in told["Attributes"], "strike it off the list"
    with pytest.raises(ClientError, match="404"):
        deployment.aws("xray").get_sampling_rules()


def test_every_work_queue_gives_its_dead_letters_to_a_queue_of_its_own(deployment):
    sqs = deployment.aws("sqs")
    sources = {}
    for url in sqs.list_queues()["QueueUrls"]:
        told = sqs.list_dead_letter_source_queues(QueueUrl=url)["queueUrls"]
        sources |= {one.rpartition("/")[2]: url.rpartition("/")[2] for one in told}
    assert sources == {name: f"{name}-dlq" for name in WORK_QUEUES}


def test_what_is_handed_over_without_being_kept_has_arrived(deployment):
    ssm = deployment.aws("ssm")

    def value(name):
        found = ssm.get_parameter(Name=f"/iot-pipeline/moto/{name}", WithDecryption=True)
        return found["Parameter"]["Value"]

    assert value("api-key") == "unset"
    assert re.fullmatch("[0-9a-f]{64}", value("page-token-key"))


def test_protected_data_outlives_a_destroy_and_disposable_leaves_nothing(deployment):
    def tables():
        return deployment.aws("dynamodb").list_tables()["TableNames"]

    refused = deployment.terraform("destroy", "-auto-approve", accepted=1)
    assert "deploy_with_PROTECT_DATA_off_before_you_destroy" in refused
    assert tables()
    deployment.apply(PROTECT_DATA="off")
    deployment.terraform("destroy", "-input=false", "-auto-approve")
    assert deployment.terraform("state", "list").strip() == ""
    assert tables() == []
