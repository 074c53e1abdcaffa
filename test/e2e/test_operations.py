import json
import shutil
import subprocess
import sys
import time

import pytest
from botocore.exceptions import ClientError
from samples.shell import shell
from samples.signed_calls import new_device, now_ms
from samples.waiting import wait_until

# What conftest.py sets, and time for a loaded machine.
SETTINGS_LIMIT_SECONDS = 30


def dead_letters(deployment, queue):
    """The dead letters that the plain AWS CLI shows."""
    command = (
        f'aws sqs receive-message --queue-url "${queue}" --message-attribute-names All '
        "--max-number-of-messages 10 --visibility-timeout 20"
    )
    done = shell(deployment, command)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["Messages"] if done.stdout.strip() else []


def test_poison_is_shown_by_the_plain_aws_cli_with_its_reason(deployment, operator, reader):
    poison, good = f"not json {new_device()}", new_device()
    sqs = operator.aws("sqs")
    queue = deployment.outputs["IngestionQueueUrl"]
    message = {
        "v": 1,
        "request_id": "by-hand",
        "received_at": now_ms(),
        "replay": False,
        "segments": [
            {"device_id": good, "readings": [{"timestamp": now_ms(), "sensor_data": {"x": 1}}]}
        ],
    }
    sqs.send_message(QueueUrl=queue, MessageBody=poison)
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(message))

    def letter():
        found = dead_letters(deployment, "INGESTION_DEAD_LETTER_QUEUE_URL")
        return next((one for one in found if one["Body"] == poison), None)

    attributes = {
        name: value["StringValue"]
        for name, value in wait_until(letter)["MessageAttributes"].items()
    }
    assert "not JSON" in attributes["reason"]
    assert (attributes["error"], attributes["function"]) == ("Malformed", "process")
    assert wait_until(lambda: reader.items(f"device_id={good}"))


def test_an_operator_sends_a_dead_letter_again(deployment, operator):
    poison, sqs = f"still not json {new_device()}", operator.aws("sqs")
    queue = deployment.outputs["IngestionQueueUrl"]
    letters = deployment.outputs["IngestionDeadLetterQueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody=poison)

    def letter():
        received = sqs.receive_message(
            QueueUrl=letters, MaxNumberOfMessages=10, VisibilityTimeout=20, WaitTimeSeconds=1
        )
        return next((one for one in received.get("Messages", []) if one["Body"] == poison), None)

    first = wait_until(letter)
    sqs.send_message(QueueUrl=queue, MessageBody=first["Body"])
    sqs.delete_message(QueueUrl=letters, ReceiptHandle=first["ReceiptHandle"])
    assert wait_until(letter)["MessageId"] != first["MessageId"]


def test_a_failed_asynchronous_invocation_is_shown_by_the_plain_aws_cli(deployment, deployer):
    payload = json.dumps({"from": new_device()})
    deployer.aws("lambda").invoke(
        FunctionName="data-query-e2e", InvocationType="Event", Payload=payload
    )
    wait_until(
        lambda: any(
            payload[9:-2] in one["Body"]
            for one in dead_letters(deployment, "FAILED_INVOCATIONS_QUEUE_URL")
        ),
        seconds=60,
    )


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not asked for, only served")
def test_curl_signs_calls_that_are_accepted(deployment, writer, reader):
    device = new_device()
    body = json.dumps({"device_id": device, "sensor_data": {"x": 1}})

    def curl(caller, *arguments):
        key = caller.credentials
        done = subprocess.run(
            [
                "curl",
                "--silent",
                "--show-error",
                "--cacert",
                str(deployment.trust_bundle),
                "--aws-sigv4",
                f"aws:amz:{deployment.region}:execute-api",
                "--user",
                f"{key.access_key}:{key.secret_key}",
                *arguments,
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        return json.loads(done.stdout)

    header = "Content-Type: application/json"
    url = deployment.api_endpoint
    sent = curl(writer, "--header", header, "--data", body, f"{url}/ingest")
    assert sent["device_id"] == device
    assert curl(reader, f"{url}/query?device_id={device}&table=raw")["count"] == 1


def test_the_environment_file_is_all_that_boto3_needs(deployment):
    program = (
        "import boto3, os; "
        "print(boto3.client('sqs').get_queue_attributes(QueueUrl=os.environ['INGESTION_QUEUE_URL'],"
        " AttributeNames=['VisibilityTimeout'])['Attributes']['VisibilityTimeout'])"
    )
    done = shell(deployment, f'"{sys.executable}" -c "{program}"')
    assert done.stdout.strip() == "480", done.stderr


@pytest.fixture
def parameter(deployer):
    """Sets a parameter as an operator would, and puts the old value back."""
    ssm = deployer.aws("ssm")
    before = {}

    def put(name, value):
        full = f"/iot-pipeline/e2e/{name}"
        found = ssm.get_parameter(Name=full, WithDecryption=True)["Parameter"]
        before.setdefault(full, (found["Value"], found["Type"]))
        ssm.put_parameter(Name=full, Value=value, Type=found["Type"], Overwrite=True)

    yield put
    for name, (value, type_) in before.items():
        ssm.put_parameter(Name=name, Value=value, Type=type_, Overwrite=True)


def test_an_api_key_is_asked_for_soon_after_it_is_set(parameter, reader):
    def health(**headers):
        return reader.call("GET", "/health", headers=headers).status_code

    assert health() == 200
    parameter("api-key", "open sesame")
    wait_until(lambda: health() == 403, seconds=SETTINGS_LIMIT_SECONDS)
    assert health(**{"x-api-key": "wrong"}) == 403
    assert health(**{"x-api-key": "open sesame"}) == 200
    parameter("api-key", "unset")
    wait_until(lambda: health() == 200, seconds=SETTINGS_LIMIT_SECONDS)


def test_the_configured_batch_size_is_obeyed_soon_after_it_is_set(parameter, writer, deployer):
    table = deployer.aws("dynamodb")

    def items_written():
        device, at = new_device(), now_ms()
        rows = [
            {"device_id": device, "timestamp": at - n, "sensor_data": {"n": n}} for n in range(6)
        ]
        assert writer.call("POST", "/ingest", {"readings": rows}).status_code == 200
        found = table.query(
            TableName="raw-sensor-data-e2e",
            KeyConditionExpression="device_id = :device",
            ExpressionAttributeValues={":device": {"S": device}},
        )
        return found["Count"]

    assert items_written() == 1
    parameter("config", '{"batch_size": 2}')
    wait_until(lambda: items_written() == 3, seconds=SETTINGS_LIMIT_SECONDS, every_seconds=1)


def test_people_are_told_when_errors_pass_the_threshold(
    parameter, deployment, operator, subscriber
):
    received = subscriber(deployment.outputs["AlertTopicArn"])
    parameter("config", '{"error_threshold": 0}')
    ingestion = operator.aws("sqs")

    def report():
        ingestion.send_message(
            QueueUrl=deployment.outputs["IngestionQueueUrl"], MessageBody="poison"
        )
        told = [
            json.loads(one["Message"])
            for one in received()
            if one["Subject"] == "Telemetry processing fails"
        ]
        return next((one for one in told if one["error_threshold"] == 0), None)

    told = wait_until(report, seconds=SETTINGS_LIMIT_SECONDS)
    assert told["within_seconds"] == 300
    assert told["failed_messages"] >= 1


def test_functions_log_json_without_payloads(writer, operator):
    device, begun = new_device(), int(time.time() * 1_000)
    writer.call(
        "POST", "/ingest", {"device_id": device, "sensor_data": {"secret_metric": 4711.0815}}
    )
    logs = operator.aws("logs")

    def lines():
        found = logs.filter_log_events(
            logGroupName="/aws/lambda/data-ingestion-e2e", startTime=begun
        )
        return [one["message"] for one in found["events"] if one["message"].startswith("{")]

    entry = wait_until(
        lambda: next((one for one in map(json.loads, lines()) if one.get("route")), None)
    )
    assert entry["event"] == "request"
    assert (entry["route"], entry["status"]) == ("POST /ingest", 200)
    assert entry["caller"].endswith(":user/writer")
    assert not [line for line in lines() if device in line or "4711.0815" in line]


def test_a_request_is_traced_down_to_its_aws_calls(writer, xray_daemon):
    writer.call("POST", "/ingest", {"device_id": new_device(), "sensor_data": {"x": 1}})
    names = set()

    def traced():
        # Whatever was sent since the tests began may lie there first.
        try:
            while not names >= {"dynamodb", "sqs"}:
                document = xray_daemon.recv(65_536).split(b"\n", 1)[1]
                names.add(json.loads(document)["name"].lower())
        except TimeoutError:
            return False
        return True

    wait_until(traced, seconds=20)


def test_of_the_apis_calls_x_ray_is_to_take_a_few_and_no_caller_can_change_that(deployer, operator):
    xray = deployer.aws("xray")
    records = xray.get_sampling_rules()["SamplingRuleRecords"]
    rules = {one["SamplingRule"]["RuleName"]: one["SamplingRule"] for one in records}
    rule = rules["iot-api-e2e"]
    assert (rule["ServiceName"], rule["FixedRate"]) == ("iot-api-e2e/prod", 0.001)
    tags = xray.list_tags_for_resource(ResourceARN=rule["RuleARN"])["Tags"]
    assert {"Key": "Environment", "Value": "e2e"} in tags
    with pytest.raises(ClientError, match="not authorized to perform: xray:Upd"):
        operator.aws("xray").update_sampling_rule(
            SamplingRuleUpdate={"RuleName": "iot-api-e2e", "FixedRate": 1.0}
        )
    with pytest.raises(xray.exceptions.InvalidRequestException, match="exists already"):
        xray.create_sampling_rule(SamplingRule={k: v for k, v in rule.items() if k != "RuleARN"})
