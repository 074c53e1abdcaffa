"""Rules and what they are made of, with as little said as a test needs."""

from decimal import Decimal

from alerting.rules.definition import RuleDefinition, Silence, Threshold
from alerting.rules.model import Rule
from samples.readings import START


def above(limit=60, metric="temperature", **more):
    """The condition that a metric is above a limit."""
    return Threshold(metric, ">", Decimal(limit), **more)


def a_rule(condition=None, device_id="device-1", now=START, **more):
    """A rule for one device, made at `now`."""
    return Rule.new(RuleDefinition(device_id, condition or above(), **more), now)


def silent(seconds=900, metric=None):
    """The condition that nothing comes for so long."""
    return Silence(seconds, metric)
