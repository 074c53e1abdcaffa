"""`pipeline simulate`, in a time that passes at once."""

import re
import signal
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from iot_pipeline.cli.main import main
from iot_pipeline.cli.simulation.pacing import Timing
from iot_pipeline.testing import InMemoryPipeline, Response

Simulate = Callable[..., Result]
NOON_MS = 1_686_916_800_000


@pytest.fixture
def passed() -> list[float]:
    """The waits, which pass at once."""
    return []


@pytest.fixture
def simulate(connected: InMemoryPipeline, passed: list[float]) -> Simulate:
    """Runs `pipeline simulate` with the arguments; `wait` replaces how it waits."""

    def simulate(*arguments: str, wait: Callable[[float], None] = passed.append) -> Result:
        timing = Timing(lambda: NOON_MS, lambda: sum(passed), wait)
        return CliRunner().invoke(main, ["simulate", *arguments], obj=timing)

    return simulate


@pytest.mark.parametrize(
    ("kind", "told", "counts"),
    [
        ("readings", "60 readings", "4 counts"),
        ("events", "60 events", "4 counts"),
        ("states", "60 device states", "[0-9]+ counts"),
    ],
)
def test_everything_is_sent_and_checked(
    simulate: Simulate, kind: str, told: str, counts: str
) -> None:
    result = simulate(kind, "--devices", "4", "--rate", "20", "--duration", "3", "--seed", "7")
    assert result.exit_code == 0, result.stderr
    assert re.fullmatch(
        rf"Sent {told} in 6 requests, 2\.5 s, as sim-7-{NOON_MS} \(seed 7\)\n"
        rf"Checked: all 60 are counted, in {counts}\n",
        result.stdout,
    )


def test_a_seed_that_was_not_given_is_told(simulate: Simulate) -> None:
    told = {re.findall(r"seed \d+", simulate("--duration", "1").stdout)[0] for _ in range(2)}
    assert len(told) == 2


def test_what_others_send_does_not_disturb_isolated_states(
    simulate: Simulate, connected: InMemoryPipeline
) -> None:
    result = simulate("states", "--isolated", "--duration", "1", "--seed", "7")
    assert result.exit_code == 0
    sent = [device["type"] for call in connected.requests for device in devices_in(call)]
    assert all(kind.startswith(f"sim-7-{NOON_MS}-") for kind in sent)
    assert len(sent) == 10


def devices_in(call: object) -> list[dict[str, str]]:
    body = call.body and call.content()  # type: ignore[attr-defined]
    return body["processed_devices"] if body else []


def test_a_count_that_is_wrong_ends_with_1(simulate: Simulate, connected: InMemoryPipeline) -> None:
    # The first request is answered as if it was stored, and is not.
    accepted = {"accepted": 10, "submission_id": "lost"}
    connected.upcoming.append(Response.json(200, accepted))
    result = simulate("--devices", "2", "--rate", "20", "--duration", "1", "--seed", "7")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-3:] == [
        "Error: 10 are counted of 20 that were sent",
        f"  sim-7-{NOON_MS}-1: 5 counted, 10 sent",
        f"  sim-7-{NOON_MS}-2: 5 counted, 10 sent",
    ]


def test_an_interrupt_ends_the_sending_and_what_was_sent_is_checked(
    simulate: Simulate, passed: list[float]
) -> None:
    def wait(seconds: float) -> None:
        passed.append(seconds)
        if len(passed) == 3:
            signal.raise_signal(signal.SIGINT)

    result = simulate("--rate", "20", "--duration", "60", "--seed", "7", wait=wait)
    assert result.exit_code == 0
    assert "Stopped; not sent: 1,170 readings.\n" in result.stderr
    assert result.stdout.startswith("Sent 30 readings in 3 requests, ")
    assert result.stdout.endswith("Checked: all 30 are counted, in 10 counts\n")


def test_a_refusal_ends_it_and_says_what_was_accepted(
    simulate: Simulate, connected: InMemoryPipeline
) -> None:
    connected.upcoming.append(Response.error(403, "FORBIDDEN", "You may not."))
    result = simulate("--rate", "1", "--duration", "5", "--seed", "7")
    assert result.exit_code == 1
    assert "Error: You may not. (FORBIDDEN, request in-memory)\n" in result.stderr
    assert re.search(r"\n  Accepted: \d of 5 readings; seed 7\n$", result.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ["widgets"],
        ["--rate", "10001"],
        ["--duration", "3601"],
        ["--devices", "0"],
        ["--seed", "-1"],
        ["readings", "--isolated"],
        ["--devices", "1", "--rate", "1001"],
    ],
)
def test_wrong_usage_ends_with_2(
    simulate: Simulate, connected: InMemoryPipeline, arguments: list[str]
) -> None:
    assert simulate(*arguments).exit_code == 2
    assert connected.requests == []
