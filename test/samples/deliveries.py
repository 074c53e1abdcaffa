"""Readings delivered to alerting in any order, and what people were told of them."""

from samples.readings import START, reading


def at(seconds, device_id="device-1", **metrics):
    """A reading, so many seconds after the first."""
    return reading(device_id, START + int(seconds * 1_000), **metrics)


def seconds(moment):
    """Seconds from the first reading to a moment, if there is one."""
    return None if moment is None else (moment - START) / 1_000


def told(alerting):
    """When each alert fired and ended, in seconds, and whether it was contradicted."""
    return [
        (seconds(one.fired_at), seconds(one.resolved_at), seconds(one.contradicted_at))
        for one in alerting.fired
    ]


def deliver(alerting, *readings):
    """Each reading in a request of its own, in this order."""
    for one in readings:
        alerting.deliver(one)
        alerting.now += 1
