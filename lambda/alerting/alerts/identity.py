"""What makes an alert the alert it is: whatever fires it again meets it under the same id.

The form is frozen, as that of rules is.
"""

from alerting.rules.identity import digest
from alerting.rules.model import Rule
from readings.model import Reading


def id_by_reading(rule: Rule, device_id: str, reading: Reading) -> str:
    """The id of the one alert that a rule can fire because of a reading."""
    return digest([rule.rule_id, device_id, "reading", reading.timestamp, reading.digest])


def id_by_silence(rule: Rule, device_id: str, since: int) -> str:
    """The id of the one alert that a rule can fire because of a silence, in ms since the epoch."""
    return digest([rule.rule_id, device_id, "silence", rule.revision, since])
