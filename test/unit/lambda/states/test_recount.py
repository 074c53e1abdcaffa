import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.readings import START
from samples.states import rows, submission

from kernel.clock import DAY_MS, HOUR_MS
from kernel.errors import Refused, TryAgainLater
from states.adapters.memory import MemoryCounters, MemoryCountQueue, MemoryRawBodies
from states.ingest import IngestStates
from states.model import Count
from states.recount import Compared, Recount

DAY = "2025-11-21"


class Counting:
    """Device states on their way through memory, with a clock that a test moves."""

    def __init__(self):
        self.now = START
        self.bodies, self.queue = MemoryRawBodies(), MemoryCountQueue()
        self.counters = MemoryCounters()
        self._ingest = IngestStates(self.bodies, self.queue)
        self.recount = self.recount_with(self.counters)

    def recount_with(self, counters):
        """A recount that reads from these counters; bodies are kept for a year."""
        return Recount(self.bodies, counters, self.queue, lambda: self.now, 365)

    def send(self, *words, timestamp=START, **how):
        """Keep and enqueue."""
        self._ingest(submission(rows(*words, timestamp=timestamp), now=self.now, **how))

    def count(self):
        """Count all that is enqueued."""
        while self.queue.messages:
            message = self.queue.messages.pop(0)
            self.counters.add(message.chunk, message.received_at)

    def compare(self, *, repair=False):
        """Recount the day."""
        return self.recount(DAY, START, repair=repair)


@pytest.fixture
def counting():
    """Nothing counted yet."""
    return Counting()


def test_a_day_without_submissions_is_right(counting):
    found = counting.compare()
    assert (found.submissions, found.items, found.counters, found.pending) == (0, 0, (), 0)


def test_what_was_counted_is_what_was_kept(counting):
    counting.send(("phone", "erased"), ("phone", "erased"), ("laptop", "failed"))
    counting.send(("phone", "erased"), timestamp=START + 1)
    counting.send(("phone", "erased"), timestamp=START - DAY_MS)
    counting.count()
    found = counting.compare()
    assert found.counters == (
        Compared("laptop", "failed", 1, 1),
        Compared("phone", "erased", 3, 3),
    )
    assert (found.submissions, found.items, found.pending) == (2, 4, 0)
    assert found.differences == ()


def test_what_arrives_days_later_belongs_to_its_own_day(counting):
    counting.now = START + 40 * DAY_MS
    counting.send(("phone", "erased"))
    counting.count()
    assert counting.compare().counters == (Compared("phone", "erased", 1, 1),)


def test_the_same_body_sent_again_counts_once_for_thirty_days(counting):
    for days in (0, 1, 29):
        counting.now = START + days * DAY_MS
        counting.send(("phone", "erased"))
        counting.count()
    assert counting.compare().counters == (Compared("phone", "erased", 1, 1),)
    counting.now = START + 31 * DAY_MS
    counting.send(("phone", "erased"))
    counting.count()
    assert counting.compare().counters == (Compared("phone", "erased", 2, 2),)


def test_what_is_not_counted_yet_is_no_difference(counting):
    counting.send(("phone", "erased"))
    found = counting.compare()
    assert (found.pending, found.differences) == (1, ())


def test_what_was_not_counted_in_thirty_days_never_will_be_and_is_a_difference(counting):
    counting.send(("phone", "erased"))
    counting.now += 30 * DAY_MS
    found = counting.compare(repair=True)
    assert (found.pending, found.differences) == (0, (Compared("phone", "erased", 1, 0),))
    assert counting.compare().differences == ()


def test_what_was_lost_on_its_way_is_sent_again(counting):
    counting.send(("phone", "erased"))
    counting.queue.messages.clear()
    assert counting.compare(repair=True).repaired
    counting.count()
    found = counting.compare()
    assert (found.pending, found.counters) == (0, (Compared("phone", "erased", 1, 1),))


@pytest.mark.parametrize("difference", [-2, 5])
def test_a_counter_that_is_wrong_is_found_and_made_right(counting, difference):
    counting.send(*[("phone", "erased")] * 3)
    counting.count()
    counting.counters.correct(
        Count(DAY, "phone", "erased", difference), counting.counters.read(DAY)
    )
    wrong = Compared("phone", "erased", 3, 3 + difference)
    assert counting.compare().differences == (wrong,)
    assert counting.compare(repair=True).differences == (wrong,)
    assert counting.compare().differences == ()


def test_a_counter_of_what_nobody_sent_is_made_right(counting):
    counting.counters.correct(Count(DAY, "ghost", "seen", 1), counting.counters.read(DAY))
    assert counting.compare(repair=True).differences == (Compared("ghost", "seen", 0, 1),)
    assert counting.compare().counters == ()


def test_a_day_whose_bodies_begin_to_expire_is_not_repaired(counting):
    counting.send(("phone", "erased"))
    counting.count()
    counting.now += 365 * DAY_MS - 1
    assert counting.compare(repair=True).differences == ()
    counting.now += 1
    assert counting.compare().differences == ()
    with pytest.raises(Refused):
        counting.compare(repair=True)
    assert counting.counters.read(DAY).counts == (Count(DAY, "phone", "erased", 1),)


def test_only_bodies_that_may_have_states_of_the_day_are_read(counting):
    for days in range(1, 4):
        counting.now = START + days * DAY_MS
        counting.send(("phone", "erased"), timestamp=counting.now)
    counting.send(("phone", "erased"))
    bodies, read = counting.bodies, []
    of_the_day = [key for key in bodies.kept if "/2025-11-21_2025-11-21/" in key]

    class Read:
        """Bodies that remember which of them were read."""

        def __getattr__(self, name):
            return getattr(bodies, name)

        def read(self, raw_key):
            read.append(raw_key)
            return bodies.read(raw_key)

    counting.bodies = Read()
    assert counting.recount_with(counting.counters)(DAY, START, repair=False).submissions == 1
    assert read == of_the_day


def test_what_0_1_0_kept_is_counted_once_beside_what_is_kept_now(counting):
    counting.send(("phone", "erased"))
    counting.count()
    ((raw_key, kept),) = counting.bodies.kept.items()
    counting.bodies.kept = {f"raw/2025-11-21/{kept.digest}.json": kept}
    assert counting.compare().counters == (Compared("phone", "erased", 1, 1),)
    counting.bodies.kept[raw_key] = kept
    assert counting.compare().counters == (Compared("phone", "erased", 1, 1),)


class Expiring:
    """Bodies of which one expires after it was listed."""

    def __init__(self, bodies, raw_key):
        self._bodies, self._raw_key = bodies, raw_key

    def __getattr__(self, name):
        return getattr(self._bodies, name)

    def read(self, raw_key):
        if raw_key == self._raw_key:
            self._bodies.kept.pop(raw_key, None)
        return self._bodies.read(raw_key)


@pytest.fixture
def expiring(counting):
    """Two submissions were counted, and the first of them is about to expire."""
    counting.send(("phone", "erased"))
    (raw_key,) = counting.bodies.kept
    counting.send(("phone", "erased"), ("laptop", "failed"))
    counting.count()
    counting.bodies = Expiring(counting.bodies, raw_key)
    counting.recount = counting.recount_with(counting.counters)
    return counting


def test_a_body_that_expires_meanwhile_is_told_and_the_others_are_compared(expiring):
    found = expiring.compare()
    assert (found.submissions, found.expired) == (1, 1)
    assert found.counters == (
        Compared("laptop", "failed", 1, 1),
        Compared("phone", "erased", 1, 2),
    )


def test_nothing_is_repaired_by_what_is_left_of_a_day(expiring):
    with pytest.raises(Refused):
        expiring.compare(repair=True)
    assert Count(DAY, "phone", "erased", 2) in expiring.counters.read(DAY).counts


class Busy:
    """Counters that somebody counts up whenever they are read."""

    def __init__(self, counters, meanwhile):
        self._counters, self._meanwhile = counters, meanwhile

    def __getattr__(self, name):
        return getattr(self._counters, name)

    def read(self, day):
        tally = self._counters.read(day)
        self._meanwhile()
        return tally


def test_what_arrives_while_it_counts_is_no_difference(counting):
    bursts = iter(range(3))

    def meanwhile():
        n = next(bursts, None)
        if n is not None:
            counting.send(("phone", "erased"), timestamp=START + n)
            counting.count()

    busy = Busy(counting.counters, meanwhile)
    recount = counting.recount_with(busy)
    found = recount(DAY, START, repair=True)
    assert found.counters == (Compared("phone", "erased", 3, 3),)


def test_a_day_that_is_counted_all_the_time_is_not_judged(counting):
    moments = iter(range(HOUR_MS))

    def meanwhile():
        counting.send(("phone", "erased"), timestamp=START + next(moments))
        counting.count()

    busy = Busy(counting.counters, meanwhile)
    recount = counting.recount_with(busy)
    with pytest.raises(TryAgainLater):
        recount(DAY, START, repair=False)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 3), st.integers(-1, 0)),
        st.tuples(st.just("count"), st.integers(0, 5), st.booleans()),
        st.tuples(st.just("wait"), st.sampled_from([HOUR_MS, DAY_MS, 11 * DAY_MS]), st.none()),
    ),
    max_size=40,
)


@given(steps)
def test_counters_and_recount_agree_whatever_is_repeated_delayed_and_lost(sequence):
    counting = Counting()
    for kind, one, other in sequence:
        if kind == "send":
            at = START + other * DAY_MS
            counting.send(*[("phone", f"state-{one}")] * (one + 1), timestamp=at)
        elif kind == "wait":
            if one > DAY_MS:
                # No queue keeps a message for as long as thirty days.
                counting.count()
            counting.now += one
        elif counting.queue.messages:
            place = one % len(counting.queue.messages)
            # A message may be delivered again after it was counted.
            message = counting.queue.messages[place]
            if not other:
                counting.queue.messages.pop(place)
            counting.counters.add(message.chunk, message.received_at)
    assert counting.compare().differences == ()
