"""The shapes of `POST /ingest` with device states."""

from edge.http import Answer, json_answer
from edge.idempotency import Attempt
from kernel.parsing import object_of
from states.model import StateSubmission, submission_digest
from states.parsing import parse_states

_FIELD = "processed_devices"


def brings_device_states(body: bytes) -> bool:
    """Whether a body of `POST /ingest` is of device states; raises Malformed."""
    # Most bodies are of readings, and need not be read twice.
    return _FIELD.encode() in body and _FIELD in object_of(body)


def parse_submission(body: bytes, attempt: Attempt) -> StateSubmission:
    """Read device states; raises Malformed, or Invalid with every fault."""
    states = parse_states(body, attempt.arrived_at)
    # Without a key the content tells a repeat, with one the key does: equal bodies under keys of
    # their own are submissions of their own.
    digest = submission_digest(body, attempt.request_id if attempt.keyed else "")
    return StateSubmission(body, digest, attempt.arrived_at, attempt.request_id, states)


def states_accepted(submission: StateSubmission) -> Answer:
    """The answer to `POST /ingest` once the device states are kept."""
    content = {
        "status": "accepted",
        "raw_key": submission.raw_key,
        "enqueued": len(submission.states),
    }
    return json_answer(200, content)
