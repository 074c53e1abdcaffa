"""All that can be seen of a race, and what it may come to."""

from dataclasses import replace
from itertools import permutations

from samples.alerting_in_memory import Alerting, never


def outcome(race, *, told_once=True):
    """All that can be seen now, and after the device was silent for an hour and spoke again.

    told_once: whether nobody may be told of an alert twice.
    """
    states = [held.state for held in race.ports.states.states.values()]
    # When those of a rule that watches otherwise end in the record is the business of the sweep.
    now = [
        alert if race.is_present(alert) else replace(alert, resolved_at=None)
        for alert in race.fired
    ]
    open_alerts = {alert.alert_id for alert in race.fired if alert.resolved_at is None}
    known = {alert_id for state in states for alert_id in state.open_alerts}
    assert open_alerts <= known, "an alert is open that no state knows of"
    for seconds in (10, 3_600):
        race.pass_seconds(seconds)
        race.sweep(never)
    silent_at_last = race.fired
    race.speak(temperature=0)
    race.pass_seconds(1)
    race.sweep(never)
    assert [alert for alert in race.fired if alert.resolved_at is None] == []
    told = race.published if told_once else set(race.published)
    assert sorted(told) == sorted(alert.alert_id for alert in race.fired)
    return now, silent_at_last, race.fired


def serial_outcomes(situation):
    """The outcomes of every order in which no step begins before another one has ended."""
    turns = [side for side, steps in enumerate(situation(Alerting())) for _ in steps]
    outcomes = []
    for order in set(permutations(turns)):
        race = Alerting()
        sides = [iter(steps) for steps in situation(race)]
        for side in order:
            next(sides[side])(race)
        outcomes.append(outcome(race))
    return outcomes
