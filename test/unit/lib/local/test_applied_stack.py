"""What is remembered of the last deployment."""

from pathlib import Path

import pytest

from lib.local.applied_stack import AppliedStack, read_applied, write_applied


def test_what_was_applied_is_remembered(tmp_path: Path) -> None:
    applied = AppliedStack("f" * 64, {"ApiId": "a1b2"})

    write_applied(tmp_path / "applied.json", applied)

    assert read_applied(tmp_path / "applied.json") == applied


@pytest.mark.parametrize("text", ["", "{", "[]", '{"fingerprint": "f"}', '{"other": 1}'])
def test_a_record_that_cannot_be_read_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "applied.json").write_text(text)

    assert read_applied(tmp_path / "applied.json") is None


def test_nothing_was_applied_at_first(tmp_path: Path) -> None:
    assert read_applied(tmp_path / "applied.json") is None
