"""Every alert once, whatever order the readings come in and however many work on them."""

import io
import json
import random
import zipfile
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests
from samples.signed_calls import Caller, new_device, now_ms
from samples.waiting import wait_until

PROCESSOR, EVALUATOR = "data-processor-e2e", "rule-evaluator-e2e"
# The engine starts a process for each; a hundred of them bring two shared cores to a standstill.
USUALLY_AT_A_TIME = 8
# On two shared cores: that all alerts are there is the point, not how soon.
SECONDS_TO_ALL_ALERTS = 180
LATENESS_MS = 900_000
SLOW_SECONDS = 3

# In the place of a function's handler: the first container to come keeps its batches waiting.
SLOWED = """
import os, time
from {module} import handler as real

try:
    os.close(os.open({slow_one!r}, os.O_CREAT | os.O_EXCL))
    is_slow = True
except FileExistsError:
    is_slow = False

def handler(event, context):
    if is_slow:
        time.sleep({seconds})
        with open({slow_one!r}, "a") as file:
            file.write("batch\\n")
    return real(event, context)
"""


def event(device, at, value):
    """An event, as callers send it."""
    return {"device_id": device, "type": "temperature", "value": value, "ts": at}


def alternating(device, count):
    """Events a second apart, up to now: 60, 40, 60, 40…"""
    first = now_ms() - count * 1_000
    return [event(device, first + n * 1_000, (60, 40)[n % 2]) for n in range(count)]


def send(caller, events):
    """Send events in one request."""
    body = {"events": events} if len(events) > 1 else events[0]
    answer = caller.call("POST", "/events", body)
    assert answer.status_code == 202, answer.text


def every_alert(reader, device):
    """The alerts of a device, page by page."""
    found, token = [], ""
    while True:
        answer = reader.call("GET", f"/alerts?device_id={device}&limit=200{token}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["alerts"]
        if "next_token" not in page:
            return found
        token = f"&next_token={page['next_token']}"


@pytest.fixture
def send_over(deployment):
    """Sends events, so many a request, dealt out to connections that are busy at the same time."""

    def send_over(connections, events, *, a_request):
        parts = [events[start : start + a_request] for start in range(0, len(events), a_request)]

        def send_share(n):
            caller = Caller(deployment, "writer")
            for part in parts[n::connections]:
                send(caller, part)

        with ThreadPoolExecutor(connections) as pool:
            list(pool.map(send_share, range(connections)))

    return send_over


@pytest.fixture
def all_evaluated(deployment, deployer):
    """Waits until nothing that was sent is still on its way."""
    sqs = deployer.aws("sqs")

    def messages_in(queue):
        url = deployment.outputs[queue]
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(counts[name]) for name in names)

    def wait():
        # One after the other: what has left the first queue is in the second.
        for queue in ("IngestionQueueUrl", "EvaluationQueueUrl"):
            wait_until(
                lambda queue=queue: messages_in(queue) == 0,
                seconds=SECONDS_TO_ALL_ALERTS,
                every_seconds=0.3,
            )

    return wait


@pytest.fixture
def every_alert_is_there_once(reader, all_evaluated):
    """Checks the alerts of alternating events: those that there must be, and no other."""

    def check(events):
        all_evaluated()
        found = every_alert(reader, events[0]["device_id"])
        in_order = sorted(events, key=lambda one: one["ts"])
        hot, cool = in_order[::2], in_order[1::2]
        assert {one["value"] for one in hot} == {60}
        expected = [(one["ts"], after["ts"]) for one, after in zip(hot, cool, strict=True)]
        spans = sorted((alert["fired_at"], alert.get("resolved_at", 0)) for alert in found)
        assert spans == expected
        assert len({alert["alert_id"] for alert in found}) == len(found)
        assert [alert for alert in found if "contradicted_at" in alert] == []

    return check


@pytest.fixture
def watched(rule):
    """A device with a rule: temperature > 50."""
    device = new_device()
    rule(device, threshold=50)
    return device


@pytest.fixture(autouse=True)
def at_a_time(request, deployer):
    """Lets so many of the processor and of the evaluator run; afterwards as many as before."""
    functions = deployer.aws("lambda")

    def put(function, polled, reserved):
        name, scaling = {"FunctionName": function}, {"MaximumConcurrency": polled}
        (mapping,) = functions.list_event_source_mappings(**name)["EventSourceMappings"]
        before = functions.get_function_concurrency(**name)["ReservedConcurrentExecutions"]
        functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig=scaling)
        functions.put_function_concurrency(**name, ReservedConcurrentExecutions=reserved)
        return mapping["ScalingConfig"]["MaximumConcurrency"], before

    most = getattr(request, "param", USUALLY_AT_A_TIME)
    before = {function: put(function, most, most) for function in (PROCESSOR, EVALUATOR)}
    yield
    for function, limits in before.items():
        put(function, *limits)


@pytest.fixture
def slow_container(deployment, deployer, all_evaluated, tmp_path):
    """Makes one container of a function slow; afterwards the function is as it was.

    Gives the file to which that container writes a line for every batch.
    """
    functions = deployer.aws("lambda")
    before = []

    def put(function, code, handler):
        name, updated = {"FunctionName": function}, functions.get_waiter("function_updated_v2")
        functions.update_function_code(**name, ZipFile=code)
        updated.wait(**name, WaiterConfig={"Delay": 1})
        functions.update_function_configuration(**name, Handler=handler)
        updated.wait(**name, WaiterConfig={"Delay": 1})

    def slow(function):
        deployed = functions.get_function(FunctionName=function)
        # The engine names its address for plain HTTP, at which it does not answer.
        url = deployment.endpoint + urlsplit(deployed["Code"]["Location"]).path
        code = requests.get(url, verify=str(deployment.trust_bundle), timeout=30).content
        handler, slow_one = deployed["Configuration"]["Handler"], tmp_path / function
        module = handler.rpartition(".")[0]
        wrapper = SLOWED.format(module=module, slow_one=str(slow_one), seconds=SLOW_SECONDS)
        wrapped = io.BytesIO(code)
        with zipfile.ZipFile(wrapped, "a") as archive:
            archive.writestr("slowed.py", wrapper)
        before.append((function, code, handler, deployed["Configuration"]["CodeSha256"]))
        # Whoever works on a batch while the code is changed is killed.
        all_evaluated()
        put(function, wrapped.getvalue(), "slowed.handler")
        return slow_one

    yield slow
    for function, code, handler, digest in before:
        try:
            all_evaluated()
        finally:
            put(function, code, handler)
        restored = functions.get_function_configuration(FunctionName=function)
        assert (restored["Handler"], restored["CodeSha256"]) == (handler, digest)


@pytest.mark.parametrize(
    ("connections", "a_request", "count"),
    [(1, 1, 200), (1, 100, 1_000), (1, 1_000, 1_000), (4, 1, 160), (16, 1, 320)],
)
def test_a_series_over_some_connections_so_many_a_request(
    watched, send_over, every_alert_is_there_once, connections, a_request, count
):
    events = alternating(watched, count)
    send_over(connections, events, a_request=a_request)
    every_alert_is_there_once(events)


@pytest.fixture
def shuffled(watched, send_over):
    """Sends 400 events, twenty a request and in no order, over four connections."""

    def send_shuffled():
        events = alternating(watched, 400)
        random.Random(20).shuffle(events)
        send_over(4, events, a_request=20)
        return events

    return send_shuffled


@pytest.mark.parametrize("at_a_time", [2, 8, 32], indirect=True)
def test_a_shuffled_series_with_few_and_with_many_functions_at_a_time(
    shuffled, every_alert_is_there_once
):
    every_alert_is_there_once(shuffled())


@pytest.mark.parametrize("function", [PROCESSOR, EVALUATOR])
def test_a_shuffled_series_while_one_container_is_slow(
    slow_container, shuffled, every_alert_is_there_once, function
):
    slow_one = slow_container(function)
    every_alert_is_there_once(shuffled())
    assert slow_one.read_text()


@pytest.mark.parametrize("step_seconds", [2, 280])
def test_a_late_reading_contradicts_an_alert_that_stays_and_is_not_told_again(
    deployment, writer, reader, rule, subscriber, step_seconds
):
    device, step = new_device(), step_seconds * 1_000
    received = subscriber(
        deployment.outputs["NotificationTopicArn"],
        FilterPolicy=json.dumps({"device_id": [device]}),
    )
    rule(device, threshold=50, duration=3 * step_seconds)
    first = now_ms() - 6 * step
    send(writer, [event(device, first + n * step, 60) for n in range(4)])
    (told,) = wait_until(lambda: every_alert(reader, device))
    assert (told["fired_at"], told["status"]) == (first + 3 * step, "triggered")
    late = first + 3 * step // 2
    send(writer, [event(device, late, 40)])
    (ended,) = wait_until(lambda: (found := every_alert(reader, device)) != [told] and found)
    assert ended == {**told, "status": "resolved", "resolved_at": late, "contradicted_at": late}
    # What holds since the reading after the late one fires when its own time has come.
    send(writer, [event(device, first + 5 * step, 60)])
    later, still = wait_until(lambda: len(found := every_alert(reader, device)) == 2 and found)
    assert (later["fired_at"], still) == (first + 5 * step, ended)
    notified = []
    wait_until(
        lambda: (
            notified.extend(json.loads(one["Message"])["alert_id"] for one in received())
            or later["alert_id"] in notified
        )
    )
    assert notified == [told["alert_id"], later["alert_id"]]


def test_a_reading_later_than_the_lateness_fires_nothing_and_is_logged(
    writer, reader, deployer, watched, all_evaluated
):
    newest = now_ms()
    for at, value in [(newest, 40), (newest - LATENESS_MS - 1, 60), (newest - LATENESS_MS, 60)]:
        send(writer, [event(watched, at, value)])
        all_evaluated()
    (alert,) = every_alert(reader, watched)
    assert (alert["fired_at"], alert["resolved_at"]) == (newest - LATENESS_MS, newest)
    log = deployer.aws("logs").get_paginator("filter_log_events")

    def logged():
        pages = log.paginate(logGroupName=f"/aws/lambda/{EVALUATOR}")
        lines = (one["message"] for page in pages for one in page["events"])
        entries = [json.loads(line) for line in lines if watched in line]
        return [one for one in entries if one["event"] == "readings_too_late"]

    (entry,) = wait_until(logged)
    assert (entry["device_id"], entry["readings"]) == (watched, 1)
