"""What is new about alerts, told once."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_pipeline import Unavailable
from iot_pipeline.alerts import Alert
from iot_pipeline.cli.alerts.feed import BACKFILL_AFTER_MS, RECENT_MS, THOROUGH_EVERY_MS, AlertFeed
from iot_pipeline.events import Event
from iot_pipeline.rules import RuleDefinition, Threshold
from iot_pipeline.testing import InMemoryPipeline, Response, in_memory_client

NOW_MS = 1_763_700_000_000
POLL_MS = 2_000
HOT = RuleDefinition("pump", Threshold("temperature", ">", 60))
FAILURES = [Response(503, b"")] * 8


@dataclass
class Clock:
    """A clock that tests set."""

    now_ms: int = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


class Watched:
    """A pipeline with one rule, and a feed of its alerts that is looked at every two seconds."""

    def __init__(self) -> None:
        self.pipeline = InMemoryPipeline()
        self.client = in_memory_client(self.pipeline)
        self.rule = self.client.rules.create(HOT)
        self.clock = Clock()
        self.feed = AlertFeed(self.client, clock_ms=self.clock)

    def measure(self, temperature: int, age_ms: int = 0, device: str = "pump") -> None:
        moment = self.clock.now_ms - age_ms
        self.client.events.send(Event(device, "temperature", temperature, moment))

    def look(self, after_ms: int = POLL_MS) -> list[str]:
        self.clock.now_ms += after_ms
        return [alert.status for alert in self.feed.news()]


@pytest.fixture
def watched() -> Watched:
    """A feed that has taken its first, thorough look and found nothing."""
    watched = Watched()
    assert watched.look() == []
    return watched


def test_a_firing_and_its_end_are_told_once_each(watched: Watched) -> None:
    watched.measure(61)
    assert [watched.look(), watched.look()] == [["triggered"], []]
    watched.measure(59)
    assert [watched.look(), watched.look()] == [["resolved"], []]


def test_what_fired_and_ended_between_two_looks_is_told_as_ended(watched: Watched) -> None:
    watched.measure(61, age_ms=1)
    watched.measure(59)
    assert [watched.look(), watched.look()] == [["resolved"], []]


def test_what_was_there_before_is_told_at_the_first_look_only() -> None:
    watched = Watched()
    watched.measure(61, age_ms=BACKFILL_AFTER_MS * 5)
    assert [watched.look(), watched.look()] == [["triggered"], []]


def test_an_alert_that_fired_before_one_already_told_is_told(watched: Watched) -> None:
    watched.client.rules.create(replace(HOT, device_id="other"))
    watched.measure(61)
    assert watched.look() == ["triggered"]
    watched.measure(61, age_ms=RECENT_MS - 2 * POLL_MS, device="other")
    assert watched.look() == ["triggered"]


@pytest.mark.parametrize("ended", [False, True])
def test_a_firing_by_late_readings_is_told_by_the_next_thorough_look(
    watched: Watched, ended: bool
) -> None:
    watched.measure(61, age_ms=BACKFILL_AFTER_MS)
    if ended:
        watched.measure(59, age_ms=BACKFILL_AFTER_MS - 1)
    assert watched.look() == []
    expected = "resolved" if ended else "triggered"
    assert [watched.look(THOROUGH_EVERY_MS), watched.look(THOROUGH_EVERY_MS)] == [[expected], []]


def test_the_end_of_an_alert_of_long_ago_is_told(watched: Watched) -> None:
    watched.measure(61, age_ms=BACKFILL_AFTER_MS * 5)
    assert watched.look(THOROUGH_EVERY_MS) == ["triggered"]
    watched.measure(59)
    assert watched.look(THOROUGH_EVERY_MS) == ["resolved"]
    assert watched.look(THOROUGH_EVERY_MS) == []


def test_an_alert_that_is_kept_no_longer_is_let_go(watched: Watched) -> None:
    watched.measure(61, age_ms=BACKFILL_AFTER_MS * 5)
    watched.look(THOROUGH_EVERY_MS)
    nothing = Response.json(200, {"count": 0, "alerts": []})
    watched.pipeline.upcoming += [nothing] * 3
    assert watched.look(THOROUGH_EVERY_MS) == []
    watched.pipeline.requests.clear()
    watched.pipeline.upcoming += [nothing] * 2
    assert watched.look(THOROUGH_EVERY_MS) == []
    assert (len(watched.pipeline.requests), watched.pipeline.upcoming) == (2, [])


def test_a_look_that_fails_is_made_up_for(watched: Watched) -> None:
    watched.measure(61)
    watched.pipeline.upcoming += FAILURES
    with pytest.raises(Unavailable):
        watched.look()
    assert [watched.look(), watched.look()] == [["triggered"], []]


def test_an_outage_is_made_up_for_however_long_it_lasts(watched: Watched) -> None:
    watched.measure(61)
    watched.pipeline.upcoming += FAILURES
    with pytest.raises(Unavailable):
        watched.look(RECENT_MS)
    assert watched.look(RECENT_MS) == ["triggered"]


def test_what_ended_in_an_outage_is_told_though_it_fired_as_late_as_it_may(
    watched: Watched,
) -> None:
    watched.measure(61, age_ms=BACKFILL_AFTER_MS)
    watched.pipeline.upcoming += FAILURES
    with pytest.raises(Unavailable):
        watched.look(THOROUGH_EVERY_MS)
    watched.measure(59)
    assert watched.look(2 * RECENT_MS) == ["resolved"]


def test_a_moved_end_is_told_once(watched: Watched) -> None:
    watched.measure(61)
    watched.measure(59)
    assert watched.look() == ["resolved"]
    (alert,) = watched.client.alerts.list()
    moved = replace(alert, resolved_at_ms=NOW_MS - 1_000, contradicted_at_ms=NOW_MS - 1_000)
    page = Response.json(200, {"count": 1, "alerts": [moved.as_content()]})
    watched.pipeline.upcoming += [page, page]
    assert [watched.look(), watched.look()] == [["resolved"], []]


def test_a_list_that_lags_behind_does_not_open_an_alert_again(watched: Watched) -> None:
    watched.measure(61, age_ms=1)
    (stale,) = watched.client.alerts.list()
    watched.measure(59)
    assert watched.look() == ["resolved"]
    lagging = Response.json(200, {"count": 1, "alerts": [stale.as_content()]})
    watched.pipeline.upcoming += [lagging]
    assert [watched.look(), watched.look()] == [[], []]


def test_only_the_alerts_of_a_device_and_a_rule_are_looked_at(watched: Watched) -> None:
    other = watched.client.rules.create(replace(HOT, device_id="other"))
    watched.measure(61)
    watched.measure(61, device="other")
    feed = AlertFeed(watched.client, device_id="other", clock_ms=watched.clock)
    assert [alert.device_id for alert in feed.news()] == ["other"]
    feed = AlertFeed(watched.client, rule_id=other.rule_id, clock_ms=watched.clock)
    assert [alert.rule_id for alert in feed.news()] == [other.rule_id]


readings = st.tuples(st.sampled_from([59, 61]), st.integers(0, BACKFILL_AFTER_MS))
looks = st.tuples(st.integers(0, 2 * RECENT_MS), st.booleans())


@given(steps=st.lists(readings | looks.map(lambda look: (None, *look)), max_size=30))
def test_nothing_is_missed_or_told_twice_whatever_comes_when(
    steps: list[tuple[int, int] | tuple[None, int, bool]],
) -> None:
    watched = Watched()
    told: list[Alert] = []
    for step in steps:
        if step[0] is not None:
            watched.measure(step[0], age_ms=step[1])
            continue
        watched.clock.now_ms += step[1]
        if step[2]:
            told += watched.feed.news()
        else:
            watched.pipeline.upcoming += FAILURES
            with pytest.raises(Unavailable):
                watched.feed.news()
    watched.clock.now_ms += THOROUGH_EVERY_MS
    told += watched.feed.news()
    assert len({(alert.alert_id, alert.status) for alert in told}) == len(told)
    latest = {alert.alert_id: alert for alert in told}
    assert latest == {alert.alert_id: alert for alert in watched.client.alerts.list()}
