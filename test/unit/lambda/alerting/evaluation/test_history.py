from samples.readings import START, reading

from alerting.evaluation.history import History
from kernel.clock import DAY_MS
from telemetry.segmenting import cut_into_segments

LATENESS_MS = 60_000
RECEIVED = START + 3_600_000


def at(seconds, **metrics):
    return reading(timestamp=START + seconds * 1_000, **metrics)


def received(later_ms, *readings):
    return [(segment, RECEIVED + later_ms) for segment in cut_into_segments(readings, 500)]


def counting(*arrivals, effective_at=0):
    history = History.of(
        [one for arrival in arrivals for one in arrival], effective_at, LATENESS_MS
    )
    assert [place for place, _ in history.readings] == sorted(p for p, _ in history.readings)
    seconds = [(place.timestamp - START) // 1_000 for place, _ in history.readings]
    return seconds, sorted((place.timestamp - START) // 1_000 for place in history.too_late)


def test_readings_come_in_order_each_once():
    first, second = at(1), at(2)
    assert counting(received(1, second), received(0, first), received(2, first, second)) == (
        [1, 2],
        [],
    )


def test_what_arrived_before_the_rule_does_not_count():
    arrivals = received(0, at(1)), received(5, at(2))
    assert counting(*arrivals, effective_at=RECEIVED + 5) == ([2], [])
    assert counting(*arrivals, effective_at=RECEIVED + 6) == ([], [])


def test_a_reading_that_is_sent_again_under_the_rule_counts():
    again = received(0, at(1), at(2)), received(5, at(1))
    assert counting(*again, effective_at=RECEIVED + 5) == ([1], [])


def test_what_is_only_filled_in_does_not_count():
    old = reading(timestamp=RECEIVED - 7 * DAY_MS)
    older = reading(timestamp=RECEIVED - 7 * DAY_MS - 1)
    history = History.of([*received(0, old), *received(0, older)], 0, LATENESS_MS)
    assert [place for place, _ in history.readings] == [old.position]


def test_how_late_a_reading_is_depends_on_what_was_received_before_it():
    newest = received(1, at(100))
    assert counting(newest, received(2, at(40)), received(2, at(39))) == ([40, 100], [39])
    assert counting(newest, received(1, at(39))) == ([39, 100], [])
    assert counting(newest, received(0, at(39))) == ([39, 100], [])


def test_the_last_reading_of_a_batch_makes_others_late():
    batch = received(1, at(10), at(100))
    assert counting(batch, received(2, at(40)), received(2, at(39))) == ([10, 40, 100], [39])


def test_what_arrived_before_the_rule_makes_others_late_all_the_same():
    arrivals = received(0, at(100)), received(5, at(39))
    assert counting(*arrivals, effective_at=RECEIVED + 5) == ([], [39])


def test_of_a_reading_that_was_sent_again_the_first_arrival_decides():
    in_time, late = received(0, at(39)), received(2, at(39))
    assert counting(in_time, received(1, at(100)), late) == ([39, 100], [])
    too_late_twice = received(1, at(100)), late, received(3, at(39), at(50))
    assert counting(*too_late_twice) == ([50, 100], [39])
