"""How the stack's outputs are reached on this machine."""

from lib.local.outputs import localised

ENDPOINT = "https://127.0.0.1:4566"


def test_the_api_is_reached_through_the_engine() -> None:
    outputs = {
        "ApiEndpoint": "https://a1b2.execute-api.us-east-1.amazonaws.com/prod",
        "ApiId": "a1b2",
        "StageName": "prod",
    }

    assert localised(outputs, ENDPOINT)["ApiEndpoint"] == f"{ENDPOINT}/_aws/execute-api/a1b2/prod"


def test_a_queue_is_reached_on_the_port_that_the_engine_has_now() -> None:
    outputs = {"IngestionQueueUrl": "https://localhost:4999/000000000000/queue"}

    assert localised(outputs, ENDPOINT)["IngestionQueueUrl"] == f"{ENDPOINT}/000000000000/queue"


def test_names_and_arns_stay_as_they_are() -> None:
    outputs = {"RawSensorTableName": "raw-dev", "AlertTopicArn": "arn:aws:sns:r:a:alerts"}

    assert localised(outputs, ENDPOINT) == outputs
