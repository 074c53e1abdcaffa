"""How many, in words."""

import pytest

from iot_pipeline.cli.quantity import quantity


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 readings"), (1, "1 reading"), (2_500, "2,500 readings")]
)
def test_one_is_singular(count: int, words: str) -> None:
    assert quantity(count, "reading") == words
