"""How fast it goes, while it goes."""

import io
import sys

import pytest

from iot_pipeline.cli.simulation.live_rate import PLAIN_EVERY_SECONDS, live_rate
from iot_pipeline.cli.simulation.pacing import Timing


def test_where_there_is_no_terminal_a_line_is_printed_now_and_then(
    timing: Timing, waits: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with live_rate("reading", 3_000, timing) as show:
        for accepted in range(0, 3_000, 250):
            show(accepted)
            waits.append(PLAIN_EVERY_SECONDS / 4)
    assert capsys.readouterr().err.splitlines() == [
        "1,000 of 3,000 readings, 200/s",
        "2,000 of 3,000 readings, 200/s",
    ]


class Terminal(io.StringIO):
    """A text that passes for a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_bar_moves(timing: Timing, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    with live_rate("reading", 3_000, timing) as show:
        for accepted in (1_000, 2_000, 3_000):
            show(accepted)
    assert "3,000 of 3,000 readings" in terminal.getvalue()
    assert "/s" in terminal.getvalue()
