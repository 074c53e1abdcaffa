"""What version 0.1.0 kept in its tables is read, goes on and is told of once.

The items were written by that version's own code. They stay here for ever, beside those of later
versions.
"""

import pytest
from samples.upgraded import Upgraded, grow, kept_by

from kernel.clock import DAY_MS
from readings.messages import ReadingMessage
from telemetry.ports import Arrival

KEPT = kept_by("0_1_0")
NOW = KEPT["now"]


@pytest.fixture(params=["as they are", "as they may grow"])
def upgraded(request, aws, monkeypatch):
    """The state of things after an upgrade, to definitions as they are or will be."""
    if request.param == "as they may grow":
        grow(monkeypatch)
    return Upgraded(aws("dynamodb"), KEPT)


def test_a_message_that_it_enqueued_ends_its_open_alert(upgraded):
    assert upgraded.of("hot") == [(-63, -62), (-61, None)]
    message = ReadingMessage.decode(KEPT["evaluation_message"])
    arrivals = [Arrival(segment, message.received_at) for segment in message.segments]
    upgraded.processed.append(arrivals, NOW)
    upgraded.functions.evaluate(message)
    assert upgraded.of("hot") == [(-63, -62), (-61, 0)]
    assert upgraded.told.published == []


def test_what_it_had_evaluated_fires_nothing_again(upgraded):
    before = [upgraded.of(device) for device in ("hot", "cooling", "sticky", "lasting")]
    for device in ("hot", "cooling", "sticky", "lasting"):
        for segment, received_at in upgraded.processed.since(device, NOW - DAY_MS, NOW, 0):
            upgraded.functions.evaluate(ReadingMessage("again", received_at, (segment,)))
    assert [upgraded.of(device) for device in ("hot", "cooling", "sticky", "lasting")] == before
    assert upgraded.told.published == []


def test_a_condition_that_held_then_fires_when_it_has_held_long_enough(upgraded):
    upgraded.speak("lasting", -3, temperature=60)
    assert upgraded.of("lasting") == []
    upgraded.speak("lasting", -2, temperature=60)
    assert upgraded.of("lasting") == [(-2, None)]
    assert len(upgraded.told.published) == 1


def test_a_cooldown_that_began_then_holds(upgraded):
    (first,) = upgraded.of("cooling")
    upgraded.speak("cooling", 600, temperature=60)
    upgraded.speak("cooling", 601, temperature=40)
    assert upgraded.of("cooling") == [first]
    upgraded.speak("cooling", 3_600, temperature=60)
    assert upgraded.of("cooling") == [first, (3_600, None)]


def test_an_alert_that_was_held_by_its_clear_threshold_goes_on_and_ends(upgraded):
    upgraded.speak("sticky", 10, temperature=46)
    assert upgraded.of("sticky") == [(-62, None)]
    upgraded.speak("sticky", 20, temperature=44)
    assert upgraded.of("sticky") == [(-62, 20)]


def test_a_device_that_was_silent_is_heard_and_missed_again(upgraded):
    assert upgraded.of("lost") == [(-1, None)]
    upgraded.sweep(30)
    upgraded.speak("lost", 40, humidity=1)
    assert upgraded.of("lost") == [(-1, 40)]
    upgraded.sweep(100)
    assert upgraded.of("lost") == [(-1, 40), (100, None)]
    assert len(upgraded.told.published) == 1


def test_a_device_that_was_waited_for_is_missed(upgraded):
    upgraded.sweep(839)
    assert upgraded.of("beating") == []
    upgraded.sweep(840)
    assert upgraded.of("beating") == [(840, None)]


def test_rules_that_it_kept_are_changed_and_deleted(upgraded):
    for rule_id in upgraded.rule_ids:
        upgraded.functions.keeping.delete(rule_id)
    upgraded.sweep(10)
    for device in ("hot", "sticky", "lost"):
        assert upgraded.of(device)[-1][1] is not None
