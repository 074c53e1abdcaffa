"""The shapes of device states: `POST /ingest` with them, `GET /stats` and `GET /stats-html`."""

from collections.abc import Sequence

from kernel import exact_json
from kernel.clock import day_of
from kernel.errors import Fault, Invalid
from kernel.http import Answer, Request, json_answer
from kernel.idempotency import Attempt
from kernel.parsing import object_of, refuse_unknown
from states.model import Count, Submission, submission_digest
from states.parsing import day_of_text, parse_states

_FIELD = "processed_devices"


def brings_device_states(body: bytes) -> bool:
    """Whether a body of `POST /ingest` is of device states; raises Malformed."""
    # Most bodies are of readings, and need not be read twice.
    return _FIELD.encode() in body and _FIELD in object_of(body)


def parse_submission(body: bytes, attempt: Attempt) -> tuple[Submission, Answer]:
    """Read device states; also gives the answer due once they are kept.

    Raises Malformed, or Invalid with every fault.
    """
    states = parse_states(body, attempt.arrived_at)
    # Without a key the content tells a repeat, with one the key does: equal bodies under keys of
    # their own are submissions of their own.
    digest = submission_digest(body, attempt.request_id if attempt.keyed else "")
    submission = Submission(body, digest, attempt.arrived_at, attempt.request_id, states)
    content = {"status": "accepted", "raw_key": submission.raw_key, "enqueued": len(states)}
    return submission, json_answer(200, content)


def parse_day(request: Request, now: int) -> str:
    """The day that statistics are asked for, by default today (UTC); raises Invalid."""
    faults: list[Fault] = []
    refuse_unknown(request.query, {"date"}, "", faults)
    given = request.one("date", faults)
    day = day_of(now) if given is None else day_of_text(given, "date", faults)
    if faults:
        raise Invalid(faults)
    return day


def counts_answer(counts: Sequence[Count]) -> Answer:
    """The answer to `GET /stats`."""
    rows = [
        {"date": one.date, "type": one.type, "state": one.state, "count": one.count}
        for one in counts
    ]
    return Answer(200, exact_json.dumps(rows))
