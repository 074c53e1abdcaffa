"""Device states to test with."""

import json

from edge.idempotency import Attempt
from samples.readings import START
from states.http import parse_submission

EXAMPLE = {
    "processed_devices": [
        {"type": "laptop", "state": "erased", "timestamp": "2023-06-16T13:00:00Z"},
        {"type": "server", "state": "erased", "timestamp": "2023-06-16T12:00:00Z"},
        {"type": "phone", "state": "erased", "timestamp": "2023-06-16T11:00:00Z"},
        {"type": "phone", "state": "erasure failed", "timestamp": "2023-06-16T10:00:00Z"},
        {"type": "laptop", "state": "erased", "timestamp": "2023-06-15T10:00:00Z"},
    ]
}
EXAMPLE_COUNTS = {
    "2023-06-15": {("laptop", "erased"): 1},
    "2023-06-16": {
        ("laptop", "erased"): 1,
        ("phone", "erased"): 1,
        ("phone", "erasure failed"): 1,
        ("server", "erased"): 1,
    },
}


def rows(*words, timestamp=START):
    """A body's rows from pairs of type and state, all of the same moment."""
    return [{"type": type_, "state": state, "timestamp": timestamp} for type_, state in words]


def long_names(first):
    """The body of a submission of 5,000 distinct types of 64 characters, from a `first` on.

    It is as long as a body may be, and its counts are as long as those of any such body: no other
    characters take so many times more bytes as JSON that is escaped.
    """
    words = ((f"{n:04}" + "\u0416" * 60, "\u0416" * 24) for n in range(first, first + 5_000))
    content = {"processed_devices": rows(*words, timestamp=0)}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def submission(states=None, now=START, keyed=False, request_id="request-1"):
    """A submission of these rows, by default the example's, that arrives now."""
    content = EXAMPLE if states is None else {"processed_devices": states}
    attempt = Attempt("digest", request_id, now, keyed)
    return parse_submission(json.dumps(content).encode(), attempt)
