"""What it takes to tell of devices that fall silent, one after the other and side by side.

The real adapters ask an AWS that answers after 8 ms, about as DynamoDB and SNS do, and that holds
nothing but devices that are due: requests are serialised and signed, and answers parsed, but
nothing goes over a wire.
"""

import json
import time
from collections import Counter
from typing import Any

import boto3
from bench.transport import response
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from alerting.alerts.adapters.dynamodb import DynamoDbAlerts
from alerting.alerts.adapters.sns import SnsNotifications
from alerting.alerts.publishing import AlertPublisher
from alerting.evaluation.adapters.items import state_item
from alerting.evaluation.adapters.rule_states import DynamoDbRuleStates
from alerting.evaluation.moving import Mover
from alerting.evaluation.state import RuleState
from alerting.evaluation.sweep import Sweep
from alerting.evaluation.timeline import Snapshot, Timeline
from alerting.rules.adapters.change_outbox import DynamoDbRuleChangeOutbox
from alerting.rules.adapters.items import rule_item
from alerting.rules.adapters.rule_book import DynamoDbRules
from alerting.rules.cache import RuleCache
from alerting.rules.definition import EVERY_DEVICE, RuleDefinition, Silence
from alerting.rules.model import Rule
from kernel.aws import CONNECTIONS
from kernel.backoff import pause
from kernel.clock import MINUTE_MS, SECOND_MS, now_ms
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings

DEVICES = 2_000
# One after the other, fewer are enough to see how long each takes.
DEVICES_ONE_BY_ONE = 200
ANSWERS_AFTER_SECONDS = 0.008
SILENT_SECONDS = 900
LATENESS_MS = 15 * MINUTE_MS
PUBLISHED = (
    b"<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
)


class SilentDevices:
    """An AWS in which devices fell silent under one rule, each until people were told of it."""

    def __init__(self, devices: int) -> None:
        now = now_ms()
        condition = RuleDefinition(EVERY_DEVICE, Silence(SILENT_SECONDS))
        self._rule = Rule.new(condition, now - SILENT_SECONDS * SECOND_MS)
        timeline = Timeline.beginning(Snapshot(watched=True))
        state = RuleState(self._rule.revision, timeline, check_at=now)
        names = [f"device-{n:05d}" for n in range(devices)]
        self.silent = {
            name: state_item(name, self._rule.rule_id, state, 1, now - MINUTE_MS) for name in names
        }
        self.asked = Counter[str]()

    def answer(self, request: Any, **_: Any) -> AWSResponse:
        """What a request is answered, after a while."""
        time.sleep(ANSWERS_AFTER_SECONDS)
        target = request.headers.get("X-Amz-Target")
        if target is None:
            self.asked["Publish"] += 1
            return response(request.url, PUBLISHED)
        operation = target.decode().rpartition(".")[2]
        self.asked[operation] += 1
        content = getattr(self, f"_{operation.lower()}", dict)
        asked = json.loads(request.body) if content is not dict else None
        body = json.dumps(content(asked) if asked is not None else {}).encode()
        return response(request.url, body)

    def _query(self, asked: Any) -> Any:
        if ":shard" not in asked["ExpressionAttributeValues"]:
            return {"Items": []}
        shard = asked["ExpressionAttributeValues"][":shard"]
        keys = ("device_id", "rule_id", "check_at", "watch_shard")
        due = [one for one in list(self.silent.values()) if one["watch_shard"] == shard]
        return {"Items": [{key: one[key] for key in keys} for one in due]}

    def _getitem(self, _asked: Any) -> Any:
        return {"Item": rule_item(self._rule)}

    def _batchgetitem(self, asked: Any) -> Any:
        found = [
            self.silent[key["device_id"]["S"]]
            for key in asked["RequestItems"].get("states", {}).get("Keys", ())
        ]
        return {"Responses": {"states": found}, "UnprocessedKeys": {}}

    def _transactwriteitems(self, asked: Any) -> Any:
        del self.silent[asked["TransactItems"][0]["Put"]["Item"]["device_id"]["S"]]
        return {}


def sweep_of(devices: SilentDevices, at_once: int) -> Sweep:
    """The sweep as the function wires it."""
    config = Config(max_pool_connections=CONNECTIONS, proxies={})
    dynamodb, sns = boto3.client("dynamodb", config=config), boto3.client("sns", config=config)
    clients: tuple[Any, ...] = (dynamodb, sns)
    for client in clients:
        client.meta.events.register("before-send", devices.answer)
    rules = RuleCache(DynamoDbRules(dynamodb, "rules", "states"), now_ms)
    states, alerts = (
        DynamoDbRuleStates(dynamodb, "states", "alerts"),
        DynamoDbAlerts(dynamodb, "alerts"),
    )
    stored = DynamoDbProcessedReadings(dynamodb, "processed", consistent=True)
    publisher = AlertPublisher(alerts, SnsNotifications(sns, "topic"), now_ms)
    mover = Mover(states, stored, alerts, rules, publisher, now_ms, LATENESS_MS, pause)
    changes = DynamoDbRuleChangeOutbox(dynamodb, "states")
    return Sweep(rules, states, changes, alerts, mover, publisher, now_ms, at_once)


def measure() -> dict[str, dict[str, float]]:
    """Sweep one after the other and side by side; what each device took."""
    return {
        f"{at_once} at once": _swept(number, at_once)
        for number, at_once in ((DEVICES_ONE_BY_ONE, 1), (DEVICES, CONNECTIONS))
    }


def _swept(number: int, at_once: int) -> dict[str, float]:
    devices = SilentDevices(number)
    sweep, started, used = sweep_of(devices, at_once), time.monotonic(), time.process_time()
    while devices.silent:
        sweep(lambda: False)
    return {
        "ms": 1_000 * (time.monotonic() - started) / number,
        "cpu_ms": 1_000 * (time.process_time() - used) / number,
        "requests": sum(devices.asked.values()) / number,
    }
