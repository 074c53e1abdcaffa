"""What is kept and sent has the form that commit 8e22611 gave it: names, ids, digests, numbers.

A release that means to keep more gets a golden file of its own, and is compared with that; what
earlier ones wrote is read for ever.
"""

import json
from pathlib import Path

import pytest
import samples
from samples.everything_kept import everything

KEPT = json.loads((Path(samples.__file__).parent / "kept_by_8e22611.json").read_text())


@pytest.fixture
def kept_today(aws):
    """The same story, kept by today's code."""
    return json.loads(json.dumps(everything(aws("dynamodb"))))


def test_everything_is_kept_and_sent_in_the_same_form(kept_today):
    assert kept_today.keys() == KEPT.keys()
    for table, items in KEPT["tables"].items():
        assert kept_today["tables"][table] == items, table
    assert kept_today == KEPT
