"""What others wrote, on its way to the terminal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_pipeline import exact_json
from iot_pipeline.cli.terminal import say, say_json, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grüße, 消去 ✓", "Grüße, 消去 ✓"),
        ("\x1b]52;c;cm0=\x07", r"\x1b]52;c;cm0=\x07"),
        ("\x9b31mred", r"\x9b31mred"),
        ("one\r\ntwo\t", r"one\r\ntwo\t"),
        ("a\u200bb\u2066c\ufeff", r"a\u200bb\u2066c\ufeff"),
        ("gpj.\u202eexe", r"gpj.\u202eexe"),
        ("\xa0\xad\ud800\U000e0041", r"\xa0\xad\ud800\U000e0041"),
    ],
)
def test_what_is_not_printed_as_itself_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_is_said_is_printable(text: str) -> None:
    assert visible(text).isprintable()


def test_every_line_that_is_said_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    say("one\nmore", "two", err=True)
    assert capsys.readouterr() == ("", "one\\nmore\ntwo\n")


@pytest.mark.parametrize(
    "text", ['"quoted" \\', "\x1b[31m", "\x7f\x9b31m", "\u202e\u200b", "😀\ud800\U000e0041"]
)
def test_json_is_the_same_data_and_nothing_in_it_is_obeyed(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    say_json(exact_json.dumps({text: text}))
    printed = capsys.readouterr().out.removesuffix("\n")
    assert printed.isprintable()
    assert json.loads(printed) == {text: text}
