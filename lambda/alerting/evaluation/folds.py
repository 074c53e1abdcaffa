"""The fold that a rule's condition asks for, and where it begins."""

from alerting.evaluation.silence_fold import SilenceFold
from alerting.evaluation.threshold_fold import ThresholdFold
from alerting.evaluation.timeline import Snapshot
from alerting.rules.definition import EVERY_DEVICE, Silence, Threshold
from alerting.rules.model import Rule


def fold_of(rule: Rule, device_id: str) -> ThresholdFold | SilenceFold:
    """The rule's condition, applied to the device."""
    match rule.definition.condition:
        case Threshold() as threshold:
            return ThresholdFold(rule, device_id, threshold)
        case Silence() as silence:
            return SilenceFold(rule, device_id, silence)


def first_snapshot(rule: Rule, *, known: bool) -> Snapshot:
    """Where a rule stands before any reading under it.

    known: whether the rule met the device before it was changed. One for every device waits for
    nobody else.
    """
    return Snapshot(watched=known or rule.definition.device_id != EVERY_DEVICE)
