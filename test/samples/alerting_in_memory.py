"""Alerting put together on the memory adapters, its clock moved by hand."""

from dataclasses import dataclass, replace

from alerting.alerts.adapters.memory import MemoryAlerts, MemoryNotifications
from alerting.alerts.publishing import AlertPublisher
from alerting.evaluation.adapters.memory import MemoryRuleStates
from alerting.evaluation.evaluate import Evaluate
from alerting.evaluation.moving import Mover
from alerting.evaluation.sweep import Sweep
from alerting.rules.adapters.memory import MemoryRuleBook
from alerting.rules.cache import RuleCache
from alerting.rules.definition import RuleDefinition
from alerting.rules.keeping import RuleKeeping
from kernel.clock import SECOND_MS
from readings.messages import ReadingMessage
from readings.model import with_derived_metrics
from samples.readings import START, reading
from telemetry.adapters.memory import MemoryProcessedReadings
from telemetry.ports import Arrival
from telemetry.segmenting import cut_into_segments

LATENESS_SECONDS = 900


def never():
    """There is always time left."""
    return False


class Recorded:
    """A port that remembers the names of what was asked of it."""

    def __init__(self, port, asked):
        self._port, self._asked = port, asked

    def __getattr__(self, name):
        self._asked.append(name)
        return getattr(self._port, name)


@dataclass
class Ports:
    """What the use cases speak to; a test may put something of its own in the place of each."""

    book: object
    alerts: object
    states: object
    notifications: object
    stored: object

    @classmethod
    def in_memory(cls):
        """The memory adapters, empty."""
        book, alerts = MemoryRuleBook(), MemoryAlerts()
        states = MemoryRuleStates(alerts)
        return cls(book, alerts, states, MemoryNotifications(), MemoryProcessedReadings())

    def each(self, wrapped):
        """The ports, each wrapped."""
        return Ports(*(wrapped(port) for port in vars(self).values()))


class Functions:
    """One container of each function: use cases that share nothing but their ports.

    at_once: how many devices the sweep sees to side by side.
    """

    def __init__(self, ports, clock, lateness_seconds=LATENESS_SECONDS, at_once=1):
        self._clock, self._lateness_ms = clock, lateness_seconds * SECOND_MS
        self.keeping = RuleKeeping(ports.book, clock)
        rules, mover, _ = self._mover(ports)
        self._evaluate = Evaluate(rules, ports.states, mover)
        rules, mover, publisher = self._mover(ports)
        self.sweep = Sweep(
            rules, ports.states, ports.book, ports.alerts, mover, publisher, clock, at_once
        )

    def evaluate(self, *messages, out_of_time=lambda: False):
        """Evaluate messages together; there is time unless a test says otherwise."""
        return self._evaluate(messages, out_of_time)

    def _mover(self, ports):
        rules = RuleCache(ports.book, self._clock)
        publisher = AlertPublisher(ports.alerts, ports.notifications, self._clock)
        states, stored = ports.states, ports.stored
        mover = Mover(
            states,
            stored,
            ports.alerts,
            rules,
            publisher,
            self._clock,
            self._lateness_ms,
            lambda _attempt: None,
        )
        return rules, mover, publisher


class Alerting(Functions):
    """All of alerting on one set of ports, and a clock that `pass_seconds` moves."""

    def __init__(self, lateness_seconds=LATENESS_SECONDS):
        self.now = START
        self.ports = Ports.in_memory()
        super().__init__(self.ports, self.clock, lateness_seconds)

    def clock(self):
        """The moment that the test has reached."""
        return self.now

    def pass_seconds(self, seconds):
        """Move the clock."""
        self.now += seconds * SECOND_MS

    def define(self, condition, device_id="device-1", **how):
        """A rule that a caller makes."""
        return self.keeping.create(RuleDefinition(device_id, condition, **how))

    def message(self, *readings):
        """The readings as the queue brings them, received now."""
        return ReadingMessage("request-1", self.now, tuple(cut_into_segments(readings, 500)))

    def spoken(self, device_id="device-1", *, seconds_ago=0, **metrics):
        """A message with one reading, which is stored."""
        at = self.now - seconds_ago * SECOND_MS
        return self.stored(self.message(reading(device_id, at, **metrics)))

    def stored(self, message):
        """The message, once its readings are stored as processing does it."""
        arrivals = [
            Arrival(
                replace(segment, readings=tuple(map(with_derived_metrics, segment.readings))),
                message.received_at,
            )
            for segment in message.segments
        ]
        keep = self.ports.stored.replace if message.replay else self.ports.stored.append
        keep(arrivals, self.now)
        return message

    def deliver(self, *readings):
        """Store readings of one request, and evaluate them."""
        message = self.stored(self.message(*readings))
        self.evaluate(message)
        return message

    def speak(self, device_id="device-1", *, seconds_ago=0, **metrics):
        """Evaluate one reading."""
        self.evaluate(self.spoken(device_id, seconds_ago=seconds_ago, **metrics))

    def is_present(self, alert):
        """Whether the rule still watches as it did when the alert fired."""
        rule = self.ports.book.get(alert.rule_id)
        return rule is not None and rule.revision == alert.rule_revision

    @property
    def fired(self):
        """Every alert, the oldest first."""
        alerts = self.ports.alerts.alerts.values()
        return sorted(alerts, key=lambda alert: (alert.fired_at, alert.alert_id))

    @property
    def published(self):
        """The ids of the alerts that people were told of, in order."""
        return [alert.alert_id for alert in self.ports.notifications.published]
