"""What an earlier commit's stack took in is answered, evaluated and counted on by this one's.

A check by hand, `make upgrade`: two deployments take minutes, and it needs the history of git.
"""

import json
from types import SimpleNamespace

import pytest
from samples import waiting
from samples.signed_calls import Caller, new_device, now_ms
from samples.upgrading import (
    SECOND_MS,
    alerts,
    counted,
    hold_back,
    make_rule,
    send,
    send_states,
    send_untimed,
    subscribe,
    told,
    waiting_in,
)

SILENT_SECONDS = 90
# What was taken from a queue in vain comes again after 450 s.
PATIENCE_SECONDS = 600
HELD_SECONDS = 60
PACKED = 40
DAY_MS = 86_400 * SECOND_MS


def wait_until(condition):
    """Wait as long as something may take here."""
    return waiting.wait_until(condition, seconds=PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def before(earlier):
    """What callers did with the earlier stack, and what it answered."""
    operator, deployer = Caller(earlier, "operator"), Caller(earlier, "deployer")
    names = ("fired", "held", "silent", "queued", "untimed", "read", "last")
    device = SimpleNamespace(**{name: f"{name}-{new_device()}" for name in names})
    inbox = subscribe(deployer, earlier.outputs["NotificationTopicArn"])
    at = now_ms() - 60 * SECOND_MS
    rules = {
        "fired": make_rule(operator, device.fired, clear_threshold=55, name="kept"),
        "held": make_rule(operator, device.held, duration=HELD_SECONDS),
        "silent": make_rule(operator, device.silent, no_data=SILENT_SECONDS),
        "queued": make_rule(operator, device.queued, severity="critical"),
    }
    send(operator, device.fired, 59.50, 61.25, at=at)
    send(operator, device.held, 61, 62, at=at)
    send(operator, device.silent, 20, at=now_ms())
    # Enough to be packed, by whichever version.
    send(operator, device.read, *range(PACKED), at=at)
    answer = send_untimed(operator, device.untimed)
    send_states(operator, device.read)
    (open_alert,) = wait_until(lambda: alerts(operator, device.fired))
    wait_until(lambda: counted(operator, device.read) == [3])
    span = f"start={at - DAY_MS}&end={at + DAY_MS}"
    pages = f"/query?device_id={device.read}&{span}&limit=7"
    page = wait_until(
        lambda: (
            len((found := operator.call("GET", pages).json())["items"]) == 7
            and "next_token" in found
            and found
        )
    )
    wait_until(lambda: operator.items(f"device_id={device.untimed}"))
    wait_until(lambda: operator.items(f"device_id={device.held}"))
    hold_back(deployer)
    send(operator, device.queued, 61.75, at=now_ms())
    # Whoever polled until a moment ago may have taken it, and gives it back in time.
    wait_until(lambda: waiting_in(deployer, earlier.outputs["IngestionQueueUrl"]) == 1)
    assert alerts(operator, device.queued) == []
    return SimpleNamespace(
        device=device,
        inbox=inbox,
        at=at,
        rules=rules,
        answer=answer,
        open_alert=open_alert,
        pages=pages,
        page=page,
        untimed=operator.items(f"device_id={device.untimed}"),
        stored=operator.items(f"device_id={device.fired}"),
    )


@pytest.fixture(scope="module")
def after(before, pipeline):
    """This commit's stack in the earlier one's place."""
    return pipeline.up()


@pytest.fixture(scope="module")
def operator(after):
    """An operator of the upgraded stack."""
    return Caller(after, "operator")


def test_rules_are_answered_as_before(before, operator):
    for rule in before.rules.values():
        assert operator.call("GET", f"/rules/{rule['rule_id']}").json() == rule
        listed = operator.call("GET", f"/rules?device_id={rule['device_id']}").json()["rules"]
        assert rule in listed


def test_readings_are_answered_as_before(before, operator):
    assert operator.items(f"device_id={before.device.fired}") == before.stored


def test_pages_lead_on_through_what_both_stored(before, operator):
    later = before.at + PACKED * SECOND_MS
    send(operator, before.device.read, *range(PACKED, 2 * PACKED), at=later)
    whole = f"device_id={before.device.read}&limit=1000&order=asc"
    wait_until(lambda: len(operator.items(whole)) == 2 * PACKED)
    found, page = list(before.page["items"]), before.page
    while "next_token" in page:
        answer = operator.call("GET", f"{before.pages}&next_token={page['next_token']}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
    assert [item["temperature"] for item in found] == list(range(2 * PACKED))


def test_what_is_sent_again_is_there_once(before, operator):
    assert send_untimed(operator, before.device.untimed) == before.answer
    send(operator, before.device.fired, 59.50, 61.25, at=before.at)
    send_states(operator, before.device.read)
    # Whoever comes after them in both queues has overtaken nobody who is still to be processed.
    send(operator, before.device.last, 7, at=before.at)
    wait_until(lambda: operator.items(f"device_id={before.device.last}"))
    assert operator.items(f"device_id={before.device.untimed}") == before.untimed
    assert operator.items(f"device_id={before.device.fired}") == before.stored
    assert counted(operator, before.device.read) == [3]


def test_what_waited_in_the_queue_fires_once(before, operator):
    (alert,) = wait_until(lambda: alerts(operator, before.device.queued))
    assert (alert["actual_value"], alert["severity"]) == (61.75, "critical")


def test_an_open_alert_ends_and_the_next_one_fires(before, operator):
    assert alerts(operator, before.device.fired) == [before.open_alert]
    later = before.at + 30 * SECOND_MS
    send(operator, before.device.fired, 58, 54, 63, at=later)
    found = wait_until(
        lambda: len(both := alerts(operator, before.device.fired)) == 2 and both,
    )
    assert found[0]["actual_value"] == 63
    assert found[1] == {
        **before.open_alert,
        "status": "resolved",
        "resolved_at": later + SECOND_MS,
    }


def test_a_condition_that_began_to_hold_before_fires_when_it_has_held_long_enough(before, operator):
    assert alerts(operator, before.device.held) == []
    send(operator, before.device.held, 64, at=before.at + (HELD_SECONDS + 1) * SECOND_MS)
    (alert,) = wait_until(lambda: alerts(operator, before.device.held))
    assert alert["status"] == "triggered"


def test_a_device_that_fell_silent_is_told_once_and_speaks_again(before, operator):
    (alert,) = wait_until(lambda: alerts(operator, before.device.silent))
    assert (alert["no_data"], alert["status"]) == (SILENT_SECONDS, "triggered")
    send(operator, before.device.silent, 21, at=now_ms())
    wait_until(
        lambda: [one["status"] for one in alerts(operator, before.device.silent)] == ["resolved"],
    )


def test_every_alert_was_told_and_no_other(before, after, operator):
    stored = {
        alert["alert_id"]
        for device in vars(before.device).values()
        for alert in alerts(operator, device)
    }
    heard = []

    def everything_was_told():
        heard.extend(told(Caller(after, "deployer"), before.inbox))
        return set(heard) >= stored

    wait_until(everything_was_told)
    assert set(heard) == stored


def test_an_earlier_rule_is_changed_and_deleted(before, operator):
    rule = before.rules["held"]
    changed = {
        name: value
        for name, value in rule.items()
        if name not in ("rule_id", "created_at", "updated_at")
    }
    answer = operator.call("PUT", f"/rules/{rule['rule_id']}", {**changed, "threshold": 70})
    assert (answer.status_code, answer.json()["threshold"]) == (200, 70), answer.text
    for one in before.rules.values():
        assert operator.call("DELETE", f"/rules/{one['rule_id']}").status_code == 204
    assert operator.call("GET", f"/rules/{rule['rule_id']}").status_code == 404


def test_no_letter_is_dead_and_a_recount_finds_no_difference(before, after):
    deployer = Caller(after, "deployer")
    sqs = deployer.aws("sqs")
    letters = [url for url in sqs.list_queues()["QueueUrls"] if url.endswith("-dlq")]
    assert letters
    for url in letters:
        url = after.endpoint + "/" + url.split("/", 3)[3]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert attributes["ApproximateNumberOfMessages"] == "0", url
    answer = deployer.aws("lambda").invoke(
        FunctionName="state-recount-upgraded", Payload=json.dumps({"date": "2023-06-16"})
    )
    content = json.loads(answer["Payload"].read())
    assert (content.get("differences"), content.get("pending")) == ([], 0), content
