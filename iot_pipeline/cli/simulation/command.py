"""`pipeline simulate`."""

import secrets

import click

from iot_pipeline import PipelineError
from iot_pipeline.cli.connection import connect
from iot_pipeline.cli.failures import CommandFailed, lines_of
from iot_pipeline.cli.quantity import quantity
from iot_pipeline.cli.simulation.checking import Verdict
from iot_pipeline.cli.simulation.live_rate import live_rate
from iot_pipeline.cli.simulation.pacing import Timing
from iot_pipeline.cli.simulation.plan import (
    MAX_DEVICES,
    MAX_DURATION_SECONDS,
    MAX_RATE_PER_SECOND,
    MAX_SEED,
    Plan,
)
from iot_pipeline.cli.simulation.running import Kind, Simulation, Tally, simulation_of
from iot_pipeline.cli.simulation.sending import stopping_on_interrupt
from iot_pipeline.cli.terminal import say

_NOUNS: dict[Kind, str] = {"readings": "reading", "events": "event", "states": "device state"}
_SHOWN_WRONG = 10


@click.command()
@click.argument("kind", type=click.Choice(list(_NOUNS)), default="readings", metavar="[KIND]")
@click.option(
    "--devices",
    type=click.IntRange(1, MAX_DEVICES),
    default=10,
    show_default=True,
    help="How many devices send, in turn.",
)
@click.option(
    "--rate",
    type=click.IntRange(1, MAX_RATE_PER_SECOND),
    default=10,
    show_default=True,
    help="How much they send in a second, all together.",
)
@click.option(
    "--duration",
    metavar="SECONDS",
    type=click.IntRange(1, MAX_DURATION_SECONDS),
    default=30,
    show_default=True,
    help="For how long.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, MAX_SEED),
    help="The same seed sends the same but for the time.  [default: another each time]",
)
@click.option("--isolated", is_flag=True, help="States: types of its own, which nobody else sends.")
@click.pass_obj
def simulate(
    timing: Timing | None,
    kind: Kind,
    devices: int,
    rate: int,
    duration: int,
    seed: int | None,
    isolated: bool,
) -> None:
    """Let random devices send, and check that everything they sent is counted.

    KIND is readings, events or states. Ends with 1 when a count is wrong; Ctrl-C ends the
    sending and checks what was sent. Counts of states must have grown by what was sent: while
    others send states, too, give --isolated.

    \b
    pipeline simulate --devices 100 --rate 1000 --duration 60
    pipeline simulate states --rate 50 --seed 7
    """
    if isolated and kind != "states":
        raise click.UsageError(
            "--isolated goes with states: other devices are always the run's own"
        )
    timing = timing or Timing()
    seed = secrets.randbelow(MAX_SEED + 1) if seed is None else seed
    # One caller for both: whoever may only send could not check.
    with connect("operator") as client:
        try:
            plan = Plan(devices, rate, duration, seed, timing.now_ms())
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        simulation = simulation_of(kind, client, plan, timing, isolated=isolated)
        _send(simulation, plan, _NOUNS[kind], timing)
        say("Checking that everything is counted.", err=True)
        _tell(simulation.check.verdict())


def _send(simulation: Simulation[object], plan: Plan, noun: str, timing: Timing) -> None:
    sent = Tally()
    started = timing.monotonic_seconds()
    with stopping_on_interrupt() as stopped, live_rate(noun, plan.total, timing) as show:
        try:
            simulation.run(plan, timing, stopped.is_set, show, sent)
        except PipelineError as error:
            told = f"Accepted: {sent.items:,} of {quantity(plan.total, noun)}; seed {plan.seed}"
            raise CommandFailed(*lines_of(error), told) from error
    seconds = timing.monotonic_seconds() - started
    if sent.items < plan.total:
        reason = "Stopped" if stopped.is_set() else "The API did not keep up"
        say(f"{reason}; not sent: {quantity(plan.total - sent.items, noun)}.", err=True)
    say(
        f"Sent {quantity(sent.items, noun)} in {quantity(sent.requests, 'request')}, "
        f"{seconds:.1f} s, as {plan.run} (seed {plan.seed})"
    )


def _tell(verdict: Verdict) -> None:
    wrong = verdict.wrong
    total = sum(verdict.expected.values())
    if wrong:
        more = [f"and {len(wrong) - _SHOWN_WRONG:,} more"] if len(wrong) > _SHOWN_WRONG else []
        counted = sum(verdict.found.values())
        raise CommandFailed(
            f"{counted:,} are counted of {total:,} that were sent", *wrong[:_SHOWN_WRONG], *more
        )
    counts = quantity(len(verdict.expected), "count")
    say(f"Checked: all {total:,} are counted, in {counts}")
