"""`pipeline stats recount`, against a function behind a loopback socket."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
RIGHT = {
    "date": "2023-06-16",
    "submissions": 2,
    "items": 1_500,
    "counters": 1,
    "differences": [],
    "more_differences": 0,
    "pending": 0,
    "expired": 0,
    "repaired": False,
}
DIFFERENCE = {"type": "lap\x1btop", "state": "erased", "kept": 1_500, "counted": 1_401}
WRONG = {**RIGHT, "differences": [DIFFERENCE]}


class RecountFunction(ThreadingHTTPServer):
    """Lambda with one function that gives one answer."""

    answer: object = RIGHT
    failed = False
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Invocation)
        self.invocations: list[tuple[str, dict[str, Any], str]] = []


class _Invocation(BaseHTTPRequestHandler):
    server: RecountFunction

    def do_POST(self) -> None:
        given = self.rfile.read(int(self.headers["Content-Length"]))
        signed_by = self.headers["Authorization"].partition("Credential=")[2].partition("/")[0]
        self.server.invocations.append((self.path, json.loads(given), signed_by))
        body = json.dumps(self.server.answer).encode()
        self.send_response(self.server.status)
        if self.server.failed:
            self.send_header("X-Amz-Function-Error", "Unhandled")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep silent."""


@pytest.fixture
def function(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecountFunction]:
    """The function of a deployment that the environment names."""
    with RecountFunction() as function:
        thread = threading.Thread(target=function.serve_forever, args=(0.02,))
        thread.start()
        endpoint = f"http://127.0.0.1:{function.server_port}"
        variables = {
            "API_ENDPOINT": f"{endpoint}/prod",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "AKIDOPERATOR",
            "AWS_SECRET_ACCESS_KEY": "operator",
            "RECOUNT_FUNCTION_NAME": "recount-dev",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield function
        function.shutdown()
        thread.join()


def test_right_counters_are_told_in_one_line(run: Run, function: RecountFunction) -> None:
    result = run("stats", "recount", "2023-06-16")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "all 1 counters of 2023-06-16 are right: 1,500 device states in 2 submissions\n"
    )
    assert function.invocations == [
        (
            "/2015-03-31/functions/recount-dev/invocations",
            {"date": "2023-06-16", "repair": False},
            "AKIDOPERATOR",
        )
    ]


def test_differences_are_a_table_and_end_with_1(run: Run, function: RecountFunction) -> None:
    function.answer = WRONG
    result = run("stats", "recount", "2023-06-16")
    assert result.exit_code == 1
    assert "1500 │ 1401" in result.stdout
    assert "\x1b" not in result.stdout
    assert result.stdout.endswith(
        "1 of 1 counters of 2023-06-16 differ: 1,500 device states in 2 submissions; "
        "--repair corrects them\n"
    )


def test_differences_that_no_answer_could_hold_are_counted(
    run: Run, function: RecountFunction
) -> None:
    function.answer = {**WRONG, "counters": 10_000, "more_differences": 4_999}
    result = run("stats", "recount", "2023-06-16")
    assert (result.exit_code, result.stderr) == (1, "Only the first 1 differences are shown.\n")
    assert "5,000 of 10,000 counters of 2023-06-16 differ: " in result.stdout


def test_submissions_that_expired_meanwhile_are_told(run: Run, function: RecountFunction) -> None:
    function.answer = {**RIGHT, "expired": 1}
    assert run("stats", "recount", "2023-06-16").stdout == (
        "all 1 counters of 2023-06-16 are right: 1,500 device states in 2 submissions; "
        "expired before they could be read: 1 submission\n"
    )


def test_repaired_differences_end_with_0(run: Run, function: RecountFunction) -> None:
    function.answer = {**WRONG, "repaired": True}
    result = run("stats", "recount", "2023-06-16", "--repair")
    assert result.exit_code == 0
    assert result.stdout.endswith("submissions; corrected\n")
    assert function.invocations[0][1] == {"date": "2023-06-16", "repair": True}


@pytest.mark.parametrize(
    ("repaired", "told"),
    [
        (False, "not counted yet: 2 chunks (--repair sends them again)"),
        (True, "sent again to be counted: 2 chunks"),
    ],
)
def test_what_is_not_counted_yet_is_told_and_is_no_difference(
    run: Run, function: RecountFunction, repaired: bool, told: str
) -> None:
    function.answer = {**RIGHT, "pending": 2, "repaired": repaired}
    result = run("stats", "recount", "2023-06-16")
    assert result.exit_code == 0
    assert result.stdout.endswith(f"submissions; {told}\n")


def test_a_function_that_fails_is_told_and_not_invoked_again(
    run: Run, function: RecountFunction
) -> None:
    function.failed, function.answer = True, {"errorMessage": "Task timed out"}
    result = run("stats", "recount", "2023-06-16")
    assert (result.exit_code, result.stderr) == (1, "Error: recount-dev failed: Task timed out\n")
    assert len(function.invocations) == 1


def test_a_refused_invocation_is_told_and_not_repeated(run: Run, function: RecountFunction) -> None:
    function.status, function.answer = 503, {"message": "Not now."}
    result = run("stats", "recount", "2023-06-16")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: recount-dev cannot be invoked: ")
    assert len(function.invocations) == 1


@pytest.mark.parametrize("answer", [[], {}, {**RIGHT, "differences": [{"type": "laptop"}]}])
def test_an_answer_outside_the_contract_is_one_line(
    run: Run, function: RecountFunction, answer: object
) -> None:
    function.answer = answer
    result = run("stats", "recount", "2023-06-16")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: the ")
    assert len(result.stderr.splitlines()) == 1


def test_a_deployment_without_the_function_is_one_sentence(
    run: Run, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_ENDPOINT", "https://pipeline.invalid/prod")
    result = run("stats", "recount", "2023-06-16")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: RECOUNT_FUNCTION_NAME is not set: it belongs to the environment of a deployment.\n"
    )
