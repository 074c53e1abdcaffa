"""What the kept bodies promise, in memory and in S3 alike."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from samples.states import rows, submission

from kernel.clock import DAY_MS, day_of, to_ms
from kernel.errors import Unavailable


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
    assert len(list(bodies.arrived_since(day_of(now)))) == 1


def test_bodies_are_found_from_the_day_they_arrived(bodies, now):
    today = [submission(rows(("phone", f"state-{n}")), now=now) for n in range(5)]
    earlier = submission(now=now - DAY_MS)
    for one in (*today, earlier):
        bodies.keep(one)
    found = list(bodies.arrived_since(day_of(now)))
    assert {(one.raw_key, one.digest) for one in found} == {
        (one.raw_key, one.digest) for one in today
    }
    assert all(abs(one.arrived_at - now) < 60_000 for one in found)
    assert list(bodies.arrived_since(day_of(now + DAY_MS))) == []
    assert [one.raw_key for one in bodies.arrived_since(day_of(now - DAY_MS))] == sorted(
        one.raw_key for one in (*today, earlier)
    )


def test_lists_of_any_length_are_followed_to_their_end(s3_bodies, aws, now):
    sent = [submission(rows(("phone", f"state-{n}")), now=now) for n in range(7)]
    for one in sent:
        s3_bodies.keep(one)
    aws("s3").meta.events.register(
        "provide-client-params.s3.ListObjectsV2", lambda params, **_: params.update(MaxKeys=3)
    )
    assert len(list(s3_bodies.arrived_since(day_of(now)))) == 7


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [("SlowDown", 503, Unavailable), ("AccessDenied", 403, ClientError)],
)
def test_a_body_that_cannot_be_kept_is_an_error(s3_bodies, refuse, code, status, error, now):
    refuse("s3", "PutObject", code, status)
    with pytest.raises(error):
        s3_bodies.keep(submission(now=now))
