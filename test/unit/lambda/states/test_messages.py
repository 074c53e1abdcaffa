import json

import pytest
from samples.states import submission

from kernel.errors import Invalid, Malformed
from states.ingest import messages_of
from states.messages import CountMessage

GOOD = json.loads(next(messages_of(submission())).encode())
COUNT = GOOD["counts"][0]


@pytest.mark.parametrize(
    "body",
    [
        {**GOOD, "v": 2},
        {**GOOD, "v": True},
        {**GOOD, "counts": []},
        {**GOOD, "counts": None},
        {**GOOD, "counts": [COUNT, COUNT]},
        {**GOOD, "counts": [{**COUNT, "count": 0}]},
        {**GOOD, "counts": [{**COUNT, "count": 1.5}]},
        {**GOOD, "counts": [{**COUNT, "type": "a#b"}]},
        {**GOOD, "counts": [{**COUNT, "state": ""}]},
        {**GOOD, "counts": [{**COUNT, "date": "yesterday"}]},
        {**GOOD, "counts": [{**COUNT, "date": 7}]},
        {**GOOD, "counts": [{**COUNT, "type": f"t{n}"} for n in range(100)]},
        {**GOOD, "chunk": -1},
        {**GOOD, "submission": ""},
        {name: value for name, value in GOOD.items() if name != "raw_key"},
        [],
    ],
)
def test_what_no_version_ever_sent_is_poison(body):
    with pytest.raises((Invalid, Malformed)):
        CountMessage.decode(json.dumps(body))


def test_a_message_says_where_the_body_is_kept():
    assert CountMessage.decode(json.dumps(GOOD)).raw_key == submission().raw_key
