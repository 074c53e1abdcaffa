"""What callers do with a stack before it is upgraded, and look at afterwards."""

import json

from samples.inboxes import make_inbox
from samples.waiting import wait_until

SECOND_MS = 1_000


def send(operator, device, *values, at):
    """Send readings of one device, a second apart."""
    readings = [
        {
            "device_id": device,
            "sensor_data": {"temperature": value},
            "timestamp": at + n * SECOND_MS,
        }
        for n, value in enumerate(values)
    ]
    answer = operator.call("POST", "/ingest", {"readings": readings})
    assert answer.status_code == 200, answer.text


def send_untimed(operator, device):
    """Send a reading whose time is that of its arrival, under a key of the device's name."""
    body = {"device_id": device, "sensor_data": {"temperature": 20.50}}
    answer = operator.call("POST", "/ingest", body, headers={"Idempotency-Key": device})
    assert answer.status_code == 200, answer.text
    return answer.json()


def send_states(operator, run):
    """Send three device states."""
    states = [
        {"type": f"phone {run}", "state": "erased", "timestamp": f"2023-06-16T1{n}:00:00Z"}
        for n in range(3)
    ]
    answer = operator.call("POST", "/ingest", {"processed_devices": states})
    assert answer.status_code == 200, answer.text


def counted(operator, run):
    """What was counted of a run's device states."""
    listed = operator.call("GET", "/stats?date=2023-06-16").json()
    return [row["count"] for row in listed if row["type"] == f"phone {run}"]


def alerts(operator, device):
    """A device's alerts, the newest first."""
    answer = operator.call("GET", f"/alerts?device_id={device}")
    assert answer.status_code == 200, answer.text
    return answer.json()["alerts"]


def make_rule(operator, device, **condition):
    """A rule as the API answers it."""
    threshold = {"metric": "temperature", "operator": ">", "threshold": 60}
    body = {"device_id": device, **({} if "no_data" in condition else threshold), **condition}
    answer = operator.call("POST", "/rules", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def hold_back(deployer):
    """Let the queue keep what it is sent."""
    functions = deployer.aws("lambda")
    (mapping,) = functions.list_event_source_mappings(FunctionName="data-processor-upgraded")[
        "EventSourceMappings"
    ]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    wait_until(
        lambda: functions.get_event_source_mapping(UUID=mapping["UUID"])["State"] == "Disabled"
    )


def waiting_in(deployer, queue):
    """How many messages a queue would hand out now."""
    name = "ApproximateNumberOfMessages"
    told = deployer.aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
    return int(told["Attributes"][name])


def subscribe(deployer, topic):
    """A queue that keeps what the topic tells: its name."""
    name, arn, _ = make_inbox(deployer.aws("sqs"), topic)
    deployer.aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return name


def told(deployer, inbox):
    """What the topic has told so far of alerts that were not told of before: their ids."""
    sqs, found = deployer.aws("sqs"), []
    url = sqs.get_queue_url(QueueName=inbox)["QueueUrl"]
    # The queue stays where it was when the engine listens elsewhere.
    url = deployer.deployment.endpoint + "/" + url.split("/", 3)[3]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(json.loads(one["Body"])["Message"])["alert_id"] for one in messages]
    return found
