"""The fold that a rule's condition asks for, and where it begins."""

from alerting.evaluation.silence_fold import SilenceWatch
from alerting.evaluation.threshold_fold import ThresholdWatch
from alerting.evaluation.timeline import Standing
from alerting.rules.definition import EVERY_DEVICE, Silence, Threshold
from alerting.rules.model import Rule


def watch_of(rule: Rule, device_id: str) -> ThresholdWatch | SilenceWatch:
    """The rule's condition, applied to the device."""
    match rule.definition.condition:
        case Threshold() as threshold:
            return ThresholdWatch(rule, device_id, threshold)
        case Silence() as silence:
            return SilenceWatch(rule, device_id, silence)


def first_standing(rule: Rule, *, known: bool) -> Standing:
    """Where a rule stands before any reading under it.

    known: whether the rule met the device before it was changed. One for every device waits for
    nobody else.
    """
    return Standing(watched=known or rule.definition.device_id != EVERY_DEVICE)
