import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from threading import Barrier

from kernel import logs


def entries(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_record_is_one_line_of_json_on_standard_output(capsys):
    logs.info("request", route="GET /query", status=200)
    logs.warning("two\nlines %s", name="a\nb")
    logs.error("failed")
    first, second, third = entries(capsys)
    assert (first["level"], first["event"]) == ("INFO", "request")
    assert (first["route"], first["status"]) == ("GET /query", 200)
    assert (second["level"], second["event"], second["name"]) == (
        "WARNING",
        "two\nlines %s",
        "a\nb",
    )
    assert third["level"] == "ERROR"


def test_a_record_says_when_in_utc(capsys):
    before = datetime.now(UTC).timestamp()
    logs.info("now")
    (entry,) = entries(capsys)
    assert entry["timestamp"].endswith("Z")
    assert abs(datetime.fromisoformat(entry["timestamp"]).timestamp() - before) < 60


def test_an_error_in_hand_is_logged_with_its_stack(capsys):
    try:
        raise ValueError("the cause")
    except ValueError:
        logs.error("request_failed", request_id="request-1")
    (entry,) = entries(capsys)
    assert (entry["error"], entry["request_id"]) == ("ValueError", "request-1")
    assert "ValueError: the cause" in entry["stack"]
    assert "test_logs.py" in entry["stack"]


def test_an_error_without_an_exception_has_no_stack(capsys):
    logs.error("config_ignored")
    (entry,) = entries(capsys)
    assert entry.keys() == {"timestamp", "level", "event"}


def test_what_json_does_not_know_is_written_as_text(capsys):
    logs.info("odd", number=Decimal("1.50"), names={"a"})
    (entry,) = entries(capsys)
    assert (entry["number"], entry["names"]) == ("1.50", "{'a'}")


def test_a_record_is_not_printed_again_by_handlers_of_the_root(capsys):
    root, seen = logging.getLogger(), []

    class Root(logging.Handler):
        def emit(self, record):
            seen.append(record)

    handler = Root()
    root.addHandler(handler)
    try:
        logs.info("once")
    finally:
        root.removeHandler(handler)
    assert len(entries(capsys)) == 1
    assert seen == []


def test_a_record_is_printed_once_though_two_threads_log_for_the_first_time_together(
    capsys, monkeypatch
):
    logger, together = logging.getLogger("of two threads"), Barrier(2, timeout=30)
    add_handler = logger.addHandler

    def add(handler):
        together.wait()
        add_handler(handler)

    monkeypatch.setattr(logs, "_NAME", logger.name)
    monkeypatch.setattr(logger, "addHandler", add)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(logs.info, ("first", "second")))
    logs.info("third")
    assert sorted(entry["event"] for entry in entries(capsys)) == ["first", "second", "third"]
