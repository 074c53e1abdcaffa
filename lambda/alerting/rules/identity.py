"""What makes a rule the rule it is: its id, its revision, and whether two definitions are one.

Rules, states and alerts are kept with digests of this form, so it is frozen: version 1, and no
answer, item or notification is made of it. A member that definitions get later is part of it where
it is not at its default, and so changes nothing about what was kept before.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import Any

from alerting.rules.definition import Condition, RuleDefinition, Silence
from kernel import exact_json

# What version 1 says, in this order.
_THRESHOLD = ("metric", "operator", "threshold", "duration_seconds", "clear_threshold")
_SILENCE = ("seconds", "metric")
_SETTINGS = ("cooldown_seconds", "severity", "enabled", "name", "description")
_VERSION_1 = {*_THRESHOLD, *_SILENCE, *_SETTINGS}
_NAMES = {"duration_seconds": "duration", "seconds": "no_data", "cooldown_seconds": "cooldown"}


def digest(content: list[Any]) -> str:
    """An id made of what is identified."""
    return hashlib.blake2b(exact_json.dumps(content).encode(), digest_size=12).hexdigest()


def rule_id_of(definition: RuleDefinition, ordinal: int) -> str:
    """The id of a rule that begins with this definition; `ordinal` tells it from others that did
    and have another one now."""
    return digest([_definition(definition), ordinal])


def revision_of(definition: RuleDefinition, effective_at: int) -> str:
    """Changes whenever a rule begins to watch in another way."""
    return digest([*_watching(definition), effective_at])


def say_the_same(one: RuleDefinition, other: RuleDefinition) -> bool:
    """Whether callers see no difference; `==` takes 1 and true for the same threshold."""
    return exact_json.dumps(_definition(one)) == exact_json.dumps(_definition(other))


def watch_the_same(one: RuleDefinition, other: RuleDefinition) -> bool:
    """Whether both watch the same devices for the same condition."""
    return exact_json.dumps(_watching(one)) == exact_json.dumps(_watching(other))


def _definition(definition: RuleDefinition) -> dict[str, Any]:
    condition, settings = _condition(definition.condition), _form(definition, _SETTINGS)
    return {"device_id": definition.device_id, **condition, **settings}


def _watching(definition: RuleDefinition) -> list[Any]:
    return [definition.device_id, _condition(definition.condition), definition.enabled]


def _condition(condition: Condition) -> dict[str, Any]:
    return _form(condition, _SILENCE if isinstance(condition, Silence) else _THRESHOLD)


def _form(part: Condition | RuleDefinition, version_1: Sequence[str]) -> dict[str, Any]:
    form = {_NAMES.get(member, member): getattr(part, member) for member in version_1}
    form |= {
        later.name: value
        for later in fields(part)
        if later.default is not MISSING
        and later.name not in _VERSION_1
        and (value := getattr(part, later.name)) != later.default
    }
    return exact_json.without_none(form)
