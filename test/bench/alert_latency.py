"""How long it takes from an accepted reading to its alert in `GET /alerts`.

Ten readings a second, one a request, each of a device of its own. Alerts are polled on one
connection all the while, which costs the same processor as what is measured: the figures are too
high rather than too low.
"""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from iot_pipeline import PipelineClient
from iot_pipeline.events import Event
from iot_pipeline.rules import EVERY_DEVICE, RuleDefinition, Threshold

PER_SECOND = 10
# Not counted: containers start, which takes seconds where many of them share two cores.
WARM_UP_SECONDS = 5
MEASURED_SECONDS = 15
CONNECTIONS = 4
POLL_SECONDS = 0.02
MOST_SECONDS_TO_THE_LAST = 60

Key = tuple[str, int]
"""An alert's device, and when its reading was taken, in ms since the epoch."""


@dataclass
class Watched:
    """When readings were accepted, and when their alerts were seen, on one clock."""

    accepted: dict[Key, float] = field(default_factory=dict)
    seen: dict[Key, float] = field(default_factory=dict)

    def poll(self, client: PipelineClient, rule_id: str, stop: threading.Event) -> None:
        """Look for alerts until told to stop, each time from the oldest that is missing on."""
        begun = time.time_ns() // 1_000_000
        while not stop.wait(POLL_SECONDS):
            missing = [at for device, at in list(self.accepted) if (device, at) not in self.seen]
            found = list(client.alerts.list(rule_id=rule_id, start=min(missing, default=begun)))
            now = time.monotonic()
            for alert in found:
                self.seen.setdefault((alert.device_id, alert.fired_at_ms), now)
            begun = max([begun, *(alert.fired_at_ms for alert in found)])

    def wait_for_all(self) -> None:
        """Wait until no alert is missing, but not for ever."""
        deadline = time.monotonic() + MOST_SECONDS_TO_THE_LAST
        while not self.accepted.keys() <= self.seen.keys() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)


def send_paced(
    client: PipelineClient, watched: Watched, event_of: Callable[[int, int], Event], seconds: int
) -> None:
    """Send so many readings a second, each when its time has come."""
    started = time.monotonic()

    def send(n: int) -> None:
        event = event_of(n, time.time_ns() // 1_000_000)
        client.events.send(event)
        watched.accepted[event.device_id, event.timestamp_ms] = time.monotonic()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        sent = []
        for n in range(seconds * PER_SECOND):
            time.sleep(max(0.0, started + n / PER_SECOND - time.monotonic()))
            sent.append(pool.submit(send, n))
        for one in sent:
            one.result()


def alert_seconds(client: PipelineClient) -> list[float]:
    """From each answer to when its alert is listed; raises RuntimeError when one never is."""
    run, watched, stop = uuid.uuid4().hex[:12], Watched(), threading.Event()
    metric = f"m_{run}"
    rule = client.rules.create(RuleDefinition(EVERY_DEVICE, Threshold(metric, ">", 50)))

    def event_of(n: int, at: int) -> Event:
        return Event(f"bench-{run}-{at}-{n}", metric, 60, at)

    poller = threading.Thread(target=watched.poll, args=(client, rule.rule_id, stop))
    poller.start()
    try:
        send_paced(client, watched, event_of, WARM_UP_SECONDS)
        watched.wait_for_all()
        warm = set(watched.accepted)
        send_paced(client, watched, event_of, MEASURED_SECONDS)
        watched.wait_for_all()
    finally:
        stop.set()
        poller.join()
        client.rules.delete(rule.rule_id)
    if missing := len(watched.accepted.keys() - watched.seen.keys()):
        raise RuntimeError(f"{missing} of {len(watched.accepted)} alerts were not seen.")
    counted = watched.accepted.keys() - warm
    return [watched.seen[key] - watched.accepted[key] for key in counted]
