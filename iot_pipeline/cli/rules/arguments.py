"""The arguments that say what a rule is."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import wraps
from typing import Any

import click

from iot_pipeline.cli.duration import DURATION
from iot_pipeline.cli.rules.threshold_text import NUMBER, threshold_of
from iot_pipeline.rules import EVERY_DEVICE, SEVERITIES, RuleDefinition, Silence, Threshold

_ARGUMENTS = (
    click.argument("words", nargs=-1, metavar="[DEVICE] [CONDITION]"),
    click.option("--every-device", is_flag=True, help="For every device, instead of DEVICE."),
    click.option("--for", "held", type=DURATION, help="The condition must hold for so long."),
    click.option("--clear", type=NUMBER, help="The alert ends here, not where it began."),
    click.option("--silent-for", "silence", type=DURATION, help="Nothing came for so long."),
    click.option("--metric", metavar="NAME", help="With --silent-for: nothing with this metric."),
    click.option("--cooldown", type=DURATION, default=0, help="So long between two alerts."),
    click.option("--severity", type=click.Choice(SEVERITIES), default="warning", show_default=True),
    click.option("--name", help="What people call the rule."),
    click.option("--description", help="What people should know of it."),
    click.option("--disabled", is_flag=True, help="Keep the rule, but do not watch."),
)


def takes_definition(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the arguments of a rule; it is called with their `definition`."""

    @wraps(command)
    def with_definition(
        *,
        words: tuple[str, ...],
        every_device: bool,
        held: int | None,
        clear: Decimal | int | None,
        silence: int | None,
        metric: str | None,
        cooldown: int,
        severity: str,
        name: str | None,
        description: str | None,
        disabled: bool,
        **others: Any,
    ) -> None:
        device, text = _device_and_condition(words, every_device=every_device)
        condition: Threshold | Silence
        if text is not None and silence is None:
            condition = _threshold(text, metric, held, clear)
        elif text is None and silence is not None:
            condition = _silence(silence, metric, held, clear)
        else:
            raise click.UsageError("give CONDITION, such as 'temperature > 60', or --silent-for")
        definition = RuleDefinition(
            device, condition, severity, cooldown, not disabled, name, description
        )
        command(definition=definition, **others)

    decorated: Callable[..., None] = with_definition
    for argument in reversed(_ARGUMENTS):
        decorated = argument(decorated)
    return decorated


def _device_and_condition(words: tuple[str, ...], *, every_device: bool) -> tuple[str, str | None]:
    # No device's id has these characters, and no condition is without them.
    names_device = bool(words) and not set(words[0]) & set("<>=!")
    if names_device == every_device:
        raise click.UsageError("give either DEVICE or --every-device")
    device, conditions = (EVERY_DEVICE, words) if every_device else (words[0], words[1:])
    if len(conditions) > 1:
        raise click.UsageError("CONDITION is one argument: put it in quotes")
    return device, conditions[0] if conditions else None


def _threshold(
    text: str, metric: str | None, held: int | None, clear: Decimal | int | None
) -> Threshold:
    if metric is not None:
        raise click.UsageError("--metric goes with --silent-for: CONDITION names its own")
    try:
        threshold = threshold_of(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    return replace(threshold, duration_seconds=held or 0, clear_threshold=clear)


def _silence(
    seconds: int, metric: str | None, held: int | None, clear: Decimal | int | None
) -> Silence:
    if held is not None or clear is not None:
        raise click.UsageError("--for and --clear go with CONDITION, not with --silent-for")
    return Silence(seconds, metric)
