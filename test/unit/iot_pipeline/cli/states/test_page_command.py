"""`pipeline stats open`."""

import signal
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from click.testing import Result

from iot_pipeline.states import DeviceState
from iot_pipeline.testing import InMemoryPipeline, in_memory_client

Run = Callable[..., Result]
NOON_MS = 1_686_916_800_000


def test_the_browser_sees_the_day_and_its_neighbours_until_the_user_ends_it(
    run: Run, connected: InMemoryPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory_client(connected).states.send_batch([DeviceState("laptop", "erased", NOON_MS)])
    seen: list[requests.Response] = []

    def browse(url: str) -> bool:
        try:
            seen.append(requests.get(url, timeout=10))
            seen.append(requests.get(f"{url.partition('?')[0]}?date=2023-06-15", timeout=10))
        finally:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    result = run("stats", "open", "2023-06-16")
    assert result.exit_code == 0
    assert result.stdout == f"{seen[0].url}\nCtrl-C ends it.\n"
    assert result.stderr == ""
    assert ["laptop" in page.text for page in seen] == [True, False]
    assert "<title>2023-06-15</title>" in seen[1].text


def test_a_page_is_saved(run: Run, connected: InMemoryPipeline, tmp_path: Path) -> None:
    in_memory_client(connected).states.send_batch([DeviceState("ü", "erased", NOON_MS)])
    file = tmp_path / "page.html"
    result = run("stats", "open", "2023-06-16", "--save", str(file))
    assert (result.exit_code, result.stdout) == (0, f"Saved: {file}\n")
    assert "<td>ü<td>erased<td>1" in file.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_one_line(
    run: Run, connected: InMemoryPipeline, tmp_path: Path
) -> None:
    file = tmp_path / "nowhere" / "page.html"
    result = run("stats", "open", "--save", str(file))
    assert result.exit_code == 1
    assert result.stderr == f"Error: {file}: No such file or directory\n"
