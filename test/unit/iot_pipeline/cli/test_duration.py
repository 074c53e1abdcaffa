"""Durations."""

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_pipeline.cli.duration import DURATION, age_text, duration_text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("90", 90),
        ("90s", 90),
        ("15m", 900),
        ("2h", 7_200),
        ("1d", 86_400),
        (" 5 m ", 300),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert DURATION.convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "m", "-5", "1.5h", "5w", "5M", "1h30m", "٣s", "9" * 10])
def test_any_other_text_is_refused_with_examples(text: str) -> None:
    with pytest.raises(click.BadParameter, match="write 90, 90s, 15m, 2h or 1d"):
        DURATION.convert(text, None, None)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (59, "59s"), (90, "90s"), (900, "15m"), (172_800, "2d")]
)
def test_a_duration_is_told_in_its_largest_unit(seconds: int, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0s"), (0, "0s"), (59, "59s"), (119, "1m"), (86_399, "23h"), (999_999, "11d")],
)
def test_an_age_is_told_roughly(seconds: int, text: str) -> None:
    assert age_text(seconds) == text


@given(seconds=st.integers(0, 99_999_999))
def test_what_is_told_can_be_given(seconds: int) -> None:
    assert DURATION.convert(duration_text(seconds), None, None) == seconds
