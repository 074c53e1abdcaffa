"""What the kept bodies promise, in memory and in S3 alike."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from samples.readings import START
from samples.states import rows, submission

from kernel.clock import DAY_MS, day_of, to_ms
from kernel.errors import Unavailable

# Of what `rows` makes up.
DAY = "2025-11-21"


@pytest.fixture
def now():
    """The present moment: S3 dates what it keeps itself."""
    return to_ms(datetime.now(UTC))


def test_a_body_is_kept_as_it_was_sent(bodies, now):
    sent = submission(now=now)
    bodies.keep(sent)
    assert bodies.read(sent.raw_key) == sent.body


def test_a_body_that_has_expired_is_none(bodies):
    assert bodies.read("raw/2025-11-21/expired.json") is None


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [("SlowDown", 503, Unavailable), ("AccessDenied", 403, ClientError)],
)
def test_a_body_that_cannot_be_read_has_not_expired(s3_bodies, refuse, code, status, error, now):
    sent = submission(now=now)
    s3_bodies.keep(sent)
    refuse("s3", "GetObject", code, status)
    with pytest.raises(error):
        s3_bodies.read(sent.raw_key)


def test_a_body_that_is_there_stays_as_it_is(bodies, now):
    sent = submission(now=now)
    for _ in range(2):
        bodies.keep(sent)
    assert len(list(bodies.holding("2023-06-16", day_of(now)))) == 1


def test_bodies_are_found_from_the_day_they_arrived(bodies, now):
    today = [submission(rows(("phone", f"state-{n}")), now=now) for n in range(5)]
    earlier = submission(rows(("phone", "earlier")), now=now - DAY_MS)
    for one in (*today, earlier):
        bodies.keep(one)
    found = list(bodies.holding(DAY, day_of(now)))
    assert {(one.raw_key, one.digest) for one in found} == {
        (one.raw_key, one.digest) for one in today
    }
    assert all(abs(one.arrived_at - now) < 60_000 for one in found)
    assert list(bodies.holding(DAY, day_of(now + DAY_MS))) == []
    assert [one.raw_key for one in bodies.holding(DAY, day_of(now - DAY_MS))] == sorted(
        one.raw_key for one in (*today, earlier)
    )


def test_bodies_without_states_of_the_day_are_left_out(bodies, now):
    moments = {"before": START - DAY_MS, "of": START, "after": START + DAY_MS}
    one_day = {
        name: submission(rows(("phone", "erased"), timestamp=at), now=now)
        for name, at in moments.items()
    }
    around = submission(
        [
            *rows(("phone", "erased"), timestamp=moments["before"]),
            *rows(("phone", "erased"), timestamp=moments["after"]),
        ],
        now=now,
    )
    for one in (*one_day.values(), around):
        bodies.keep(one)
    found = {one.raw_key for one in bodies.holding(DAY, day_of(now))}
    assert found == {one_day["of"].raw_key, around.raw_key}


def test_a_body_that_0_1_0_kept_is_found_for_every_day(s3_bodies, aws, now):
    digest = "5f1f0e6a6c7d4b0f8a9e3c2d1b0a9f8e"
    raw_key = f"raw/{day_of(now)}/{digest}.json"
    aws("s3").put_object(Bucket="raw", Key=raw_key, Body=b"{}")
    (found,) = s3_bodies.holding(DAY, day_of(now))
    assert (found.raw_key, found.digest) == (raw_key, digest)


def test_lists_of_any_length_are_followed_to_their_end(s3_bodies, aws, now):
    sent = [submission(rows(("phone", f"state-{n}")), now=now) for n in range(7)]
    for one in sent:
        s3_bodies.keep(one)
    aws("s3").meta.events.register(
        "provide-client-params.s3.ListObjectsV2", lambda params, **_: params.update(MaxKeys=3)
    )
    assert len(list(s3_bodies.holding(DAY, day_of(now)))) == 7


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [("SlowDown", 503, Unavailable), ("AccessDenied", 403, ClientError)],
)
def test_a_body_that_cannot_be_kept_is_an_error(s3_bodies, refuse, code, status, error, now):
    refuse("s3", "PutObject", code, status)
    with pytest.raises(error):
        s3_bodies.keep(submission(now=now))
