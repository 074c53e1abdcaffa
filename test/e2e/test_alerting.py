import json
from concurrent.futures import ThreadPoolExecutor

from samples.signed_calls import new_device, now_ms
from samples.waiting import wait_until

# What a caller is promised between an event and its alert.
SECONDS_TO_THE_ALERT = 5
# A minute's schedule, and the time until the engine has started it.
SECONDS_TO_THE_SWEEP = 150


def send(writer, device, *values, at=None, step=1):
    """Send events of one device, a moment apart, and return the first one's time."""
    at = at or now_ms() - 10_000
    events = [
        {"device_id": device, "type": "temperature", "value": value, "ts": at + n * step}
        for n, value in enumerate(values)
    ]
    answer = writer.call("POST", "/events", {"events": events})
    assert answer.status_code == 202, answer.text
    return at


def alerts(reader, **parameters):
    """The alerts of one page."""
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    answer = reader.call("GET", f"/alerts?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["alerts"]


def sweep(deployer):
    """Run the sweep now, beside the schedule."""
    answer = deployer.aws("lambda").invoke(FunctionName="alert-sweep-e2e", Payload="{}")
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_the_example_of_a_rule_an_event_and_its_alert(operator):
    device, at = new_device(), now_ms()
    rule = {
        "device_id": device,
        "metric": "temperature",
        "operator": ">",
        "threshold": 60,
        "enabled": True,
    }
    made = operator.call("POST", "/rules", rule)
    assert made.status_code == 201
    assert rule.items() <= made.json().items()
    event = {"device_id": device, "type": "temperature", "value": 61.2, "ts": at}
    assert operator.call("POST", "/events", event).status_code == 202
    (alert,) = wait_until(lambda: alerts(operator, device_id=device), seconds=SECONDS_TO_THE_ALERT)
    assert alert == {
        "alert_id": alert["alert_id"],
        "rule_id": made.json()["rule_id"],
        "device_id": device,
        "metric": "temperature",
        "operator": ">",
        "threshold": 60,
        "actual_value": 61.2,
        "severity": "warning",
        "status": "triggered",
        "fired_at": at,
    }
    (found,) = operator.call("GET", f"/devices/{device}/events").json()["events"]
    assert (found["type"], found["value"], found["ts"]) == ("temperature", 61.2, at)
    assert operator.call("DELETE", f"/rules/{alert['rule_id']}").status_code == 204


def test_an_event_of_last_year_is_kept_and_fires_nothing(writer, reader, rule):
    device, marker = new_device(), new_device()
    rule(device)
    rule(marker)
    event = {"device_id": device, "type": "temperature", "value": 61.2, "ts": 1_760_000_000_000}
    assert writer.call("POST", "/events", event).status_code == 202
    send(writer, marker, 61.2)
    assert wait_until(lambda: alerts(reader, device_id=marker))
    (found,) = reader.call("GET", f"/devices/{device}/events").json()["events"]
    assert found["ts"] == 1_760_000_000_000
    assert alerts(reader, device_id=device) == []


def test_a_rule_counts_at_once_though_its_absence_was_remembered(writer, reader, rule):
    device = new_device()
    at = send(writer, device, 61)
    assert wait_until(lambda: reader.items(f"device_id={device}"))
    rule(device)
    send(writer, device, 62, at=at + 1)
    (alert,) = wait_until(lambda: alerts(reader, device_id=device), seconds=SECONDS_TO_THE_ALERT)
    assert alert["actual_value"] == 62


def test_one_alert_whoever_sends_what_how_often(writer, reader, rule):
    device = new_device()
    made = rule(device, clear_threshold=55)
    at = now_ms() - 60_000

    def burst(n):
        send(writer, device, *[61 + n % 3] * 20, at=at + n * 20)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(burst, [*range(20), *range(20)]))
    assert wait_until(lambda: alerts(reader, device_id=device))
    send(writer, device, 58, 54, 61, at=at + 30_000)
    found = wait_until(
        lambda: (
            (page := alerts(reader, rule_id=made["rule_id"]))
            and page[-1]["status"] == "resolved"
            and page
        )
    )
    assert [alert["status"] for alert in found] == ["triggered", "resolved"]
    assert found[1]["resolved_at"] == at + 30_001
    assert found[0]["fired_at"] == at + 30_002
    assert alerts(reader, device_id=device, status="triggered") == found[:1]
    assert alerts(reader, device_id=device, end=at + 30_000) == found[1:]


def test_alerts_are_paged(writer, reader, rule):
    device = new_device()
    rule(device)
    send(writer, device, *[61, 50] * 7)
    everything = wait_until(lambda: len(page := alerts(reader, device_id=device)) == 7 and page)
    found, token = [], ""
    while True:
        page = reader.call("GET", f"/alerts?device_id={device}&limit=3{token}").json()
        found += page["alerts"]
        if "next_token" not in page:
            break
        token = f"&next_token={page['next_token']}"
    assert found == everything


def test_subscribers_are_told_of_what_they_asked_for(deployment, writer, rule, subscriber):
    device = new_device()
    received = subscriber(
        deployment.outputs["NotificationTopicArn"],
        FilterPolicy=json.dumps({"severity": ["critical"], "device_id": [device]}),
    )
    warning = rule(device, threshold=50)
    critical = rule(device, severity="critical", name="hot")
    send(writer, device, 61)
    told = []
    wait_until(lambda: told.extend(received()) or told)
    (notification,) = told
    alert = json.loads(notification["Message"])
    assert (alert["rule_id"], alert["rule_name"]) == (critical["rule_id"], "hot")
    assert warning["rule_id"] != critical["rule_id"]
    attributes = {name: one["Value"] for name, one in notification["MessageAttributes"].items()}
    assert attributes == {
        "severity": "critical",
        "device_id": device,
        "rule_id": critical["rule_id"],
    }


def test_a_deleted_and_a_changed_rule_end_their_alerts(operator, writer, reader, deployer, rule):
    device = new_device()
    deleted, changed, kept = (rule(device, threshold=n) for n in (10, 20, 30))
    send(writer, device, 61)
    wait_until(lambda: len(alerts(reader, device_id=device)) == 3)
    assert operator.call("DELETE", f"/rules/{deleted['rule_id']}").status_code == 204
    raised = {"device_id": device, "metric": "temperature", "operator": ">", "threshold": 99}
    assert operator.call("PUT", f"/rules/{changed['rule_id']}", raised).status_code == 200

    def open_rules():
        sweep(deployer)
        return {alert["rule_id"] for alert in alerts(reader, device_id=device, status="triggered")}

    wait_until(lambda: open_rules() == {kept["rule_id"]}, every_seconds=1)


def test_a_silent_device_is_found_by_the_clock_and_heard_again(writer, reader, rule):
    device = new_device()
    made = rule(device, no_data=1)
    (alert,) = wait_until(
        lambda: alerts(reader, device_id=device), seconds=SECONDS_TO_THE_SWEEP, every_seconds=1
    )
    assert (alert["no_data"], alert["status"]) == (1, "triggered")
    assert alert["fired_at"] == made["created_at"] + 1_000
    assert "last_reading_at" not in alert
    at = now_ms() + 60_000
    send(writer, device, 20, at=at)
    (heard,) = wait_until(lambda: alerts(reader, device_id=device, status="resolved"))
    assert (heard["alert_id"], heard["resolved_at"]) == (alert["alert_id"], at)


def test_poison_among_a_hundred_stops_no_other(
    deployment, deployer, writer, reader, rule, subscriber
):
    sqs, url = deployer.aws("sqs"), deployment.outputs["EvaluationQueueUrl"]
    name, at = new_device(), now_ms()
    made = rule("*", metric=f"m_{name.replace('-', '_')}")
    poison = f'{{"v": 1, "of": "{name}"}}'

    def send_one(n):
        event = {"device_id": f"{name}-{n}", "type": made["metric"], "value": 61, "ts": at}
        assert writer.call("POST", "/events", event).status_code == 202

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send_one, range(50)))
        sqs.send_message(QueueUrl=url, MessageBody=poison)
        list(pool.map(send_one, range(50, 99)))
    found = wait_until(
        lambda: len(page := alerts(reader, rule_id=made["rule_id"], limit=1_000)) == 99 and page
    )
    assert {alert["device_id"] for alert in found} == {f"{name}-{n}" for n in range(99)}
    letters = deployment.outputs["EvaluationDeadLetterQueueUrl"]

    def letter():
        received = sqs.receive_message(
            QueueUrl=letters,
            MaxNumberOfMessages=10,
            VisibilityTimeout=20,
            WaitTimeSeconds=1,
            MessageAttributeNames=["All"],
        )
        return next((one for one in received.get("Messages", []) if one["Body"] == poison), None)

    reason = wait_until(letter)["MessageAttributes"]["reason"]["StringValue"]
    assert "does not have the shape of version 1" in reason
    left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert int(left["ApproximateNumberOfMessages"]) == 0
    # The engine evaluates no queue metrics: the change of state is made by hand, its way to
    # people is real.
    received = subscriber(deployment.outputs["AlertTopicArn"])
    alarm = "iot-pipeline-e2e/rule-evaluation-e2e-dlq-messages"
    for state in ("OK", "ALARM"):
        deployer.aws("cloudwatch").set_alarm_state(
            AlarmName=alarm, StateValue=state, StateReason=f"poison of {name}"
        )
    told = []
    wait_until(
        lambda: (
            told.extend(received())
            or [one for one in told if name in one["Message"] and alarm in one["Message"]]
        )
    )
