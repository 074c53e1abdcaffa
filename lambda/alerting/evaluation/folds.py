"""The fold that a rule's condition asks for."""

from alerting.evaluation.silence_fold import SilenceFold
from alerting.evaluation.threshold_fold import ThresholdFold
from alerting.rules.definition import Silence, Threshold
from alerting.rules.model import Rule

Fold = ThresholdFold | SilenceFold


def fold_of(rule: Rule, device_id: str) -> Fold:
    """The rule's condition, applied to the device."""
    match rule.definition.condition:
        case Threshold() as threshold:
            return ThresholdFold(rule, device_id, threshold)
        case Silence() as silence:
            return SilenceFold(rule, device_id, silence)
