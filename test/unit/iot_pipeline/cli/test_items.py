"""Items, flattened and in columns."""

import csv
import io
import sys
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from iot_pipeline.cli.items import columns_of, flat, print_csv, print_exact_csv, print_table

Printer = Callable[[Iterable[dict[str, Any]]], None]


def test_objects_become_dotted_names() -> None:
    assert flat({"a": 1, "b": {"c": 2, "d": {"e": 3}}}) == {"a": 1, "b.c": 2, "b.d.e": 3}


def test_device_and_time_come_first_and_every_name_once() -> None:
    rows = [{"temp": 1, "timestamp": 2}, {"co": 3, "device_id": "d", "temp": 4}]
    assert columns_of(rows) == ["device_id", "timestamp", "temp", "co"]


def test_a_spreadsheet_runs_nothing_of_what_others_wrote(
    capsys: pytest.CaptureFixture[str],
) -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a\r=1", " =1", ""]
    print_csv({"=name": text, "n": -1, "ok": True} for text in texts)
    header, *rows = csv.reader(io.StringIO(capsys.readouterr().out, newline=""))
    assert header == ["'=name", "n", "ok"]
    assert [row[0] for row in rows] == [f"'{text}" for text in texts[:6]] + texts[6:]
    assert {(row[1], row[2]) for row in rows} == {("-1", "true")}


def test_exact_csv_is_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    texts = ["=1+1", "-1", "\t=1", "a\r=1", "\r\n", "\x1b[31m", "\u200b", 'a,"b"\nc']
    print_exact_csv({"text": text} for text in texts)
    rows = csv.reader(io.StringIO(capsys.readouterr().out, newline=""))
    assert [text for (text,) in rows] == ["text", *texts]


@pytest.mark.parametrize("show", [print_csv, print_exact_csv, print_table])
def test_neither_a_name_nor_a_text_speaks_to_the_terminal(
    show: Printer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show([{"[red]na\x1b[31mme": "te\x1b]0;x\x07xt\u202e", "metric\u200b": 1}])
    shown = capsys.readouterr().out
    assert "[red]na\\x1b[31mme" in shown
    assert "te\\x1b]0;x\\x07xt\\u202e" in shown
    assert "metric\\u200b" in shown
    assert all(line.isprintable() for line in shown.splitlines())
