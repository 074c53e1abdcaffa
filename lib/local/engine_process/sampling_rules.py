"""X-Ray's sampling rules, kept and refused as X-Ray does; nothing of the engine is imported here.

Kept, not followed: the engine traces every call.
https://docs.aws.amazon.com/xray/latest/api/API_CreateSamplingRule.html
"""

import time
from collections.abc import Callable, MutableMapping
from typing import Any

# What X-Ray goes by where no other rule holds.
_DEFAULT = "Default"
_OF_DEFAULT = {"FixedRate", "ReservoirSize"}
# https://docs.aws.amazon.com/general/latest/gr/xray.html
_MOST_RULES = 25
_MOST_TAGS = 50
_MOST_ATTRIBUTES = 5
_RANGES: dict[str, tuple[float, float]] = {
    "Priority": (1, 9_999),
    "FixedRate": (0, 1),
    "ReservoirSize": (0, 2**31 - 1),
    "Version": (1, 1),
}
_LENGTHS: dict[str, tuple[int, int]] = {
    "RuleName": (1, 32),
    "ResourceARN": (0, 500),
    "ServiceName": (0, 64),
    "ServiceType": (0, 64),
    "Host": (0, 64),
    "HTTPMethod": (0, 10),
    "URLPath": (0, 128),
}
_MEMBERS = {*_RANGES, *_LENGTHS}

Asked = dict[str, Any]


class RequestRefused(Exception):
    """A request that X-Ray would not serve; `code` is its name of the fault."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        """Take what the caller is told."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class SamplingRules:
    """The rules of whoever asks: `kept` holds them by name, `arn_of` names them in full."""

    def __init__(
        self,
        kept: MutableMapping[str, Any],
        arn_of: Callable[[str], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._kept = kept
        self._arn_of = arn_of
        self._clock = clock
        self._operations: dict[str, Callable[[Asked], dict[str, Any]]] = {
            "CreateSamplingRule": self._create,
            "GetSamplingRules": self._list,
            "UpdateSamplingRule": self._update,
            "DeleteSamplingRule": self._delete,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
        }

    def answer(self, operation: str, asked: Asked) -> dict[str, Any]:
        """Do what is asked; raises RequestRefused."""
        if operation not in self._operations:
            raise RequestRefused(
                "UnknownOperationException", f"There are sampling rules here, no {operation}", 404
            )
        self._keep_default()
        return self._operations[operation](asked)

    def resource(self, asked: Asked) -> str:
        """Return the ARN of the one rule that a request names, or `*`."""
        within = ("SamplingRule", "SamplingRuleUpdate")
        named = next((_object(asked, member) for member in within if member in asked), asked)
        arn = asked.get("ResourceARN") or named.get("RuleARN")
        if not arn and named.get("RuleName"):
            arn = self._arn_of(named["RuleName"])
        return str(arn or "*")

    def _create(self, asked: Asked) -> dict[str, Any]:
        rule = _object(asked, "SamplingRule")
        if missing := sorted(_MEMBERS - rule.keys()):
            raise _invalid(f"Missing: {', '.join(missing)}")
        if "RuleARN" in rule:
            raise _invalid("Specify a rule by either name or ARN, but not both")
        _check(rule)
        name = rule["RuleName"]
        if name in self._kept:
            raise _invalid(f"A sampling rule named {name} exists already")
        if len(self._kept) > _MOST_RULES:
            raise RequestRefused(
                "RuleLimitExceededException", f"There are {_MOST_RULES} sampling rules already"
            )
        self._keep(rule, _with_tags({}, asked.get("Tags")))
        return {"SamplingRuleRecord": self._kept[name]["record"]}

    def _list(self, _asked: Asked) -> dict[str, Any]:
        return {"SamplingRuleRecords": [one["record"] for one in self._kept.values()]}

    def _update(self, asked: Asked) -> dict[str, Any]:
        changes = _object(asked, "SamplingRuleUpdate")
        name = self._named(changes)
        for naming in ("RuleName", "RuleARN"):
            changes.pop(naming, None)
        if name == _DEFAULT and changes.keys() - _OF_DEFAULT:
            raise _invalid(f"Of the default rule, only {' and '.join(sorted(_OF_DEFAULT))} change")
        _check(changes)
        record = self._kept[name]["record"]
        record["SamplingRule"] |= changes
        record["ModifiedAt"] = self._clock()
        return {"SamplingRuleRecord": record}

    def _delete(self, asked: Asked) -> dict[str, Any]:
        name = self._named(asked)
        if name == _DEFAULT:
            raise _invalid("The default rule cannot be deleted")
        return {"SamplingRuleRecord": self._kept.pop(name)["record"]}

    def _tag(self, asked: Asked) -> dict[str, Any]:
        one = self._tagged(asked)
        one["tags"] = _with_tags(one["tags"], asked.get("Tags"))
        return {}

    def _untag(self, asked: Asked) -> dict[str, Any]:
        one, gone = self._tagged(asked), asked.get("TagKeys") or []
        one["tags"] = {key: value for key, value in one["tags"].items() if key not in gone}
        return {}

    def _list_tags(self, asked: Asked) -> dict[str, Any]:
        tags = self._tagged(asked)["tags"]
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _keep(self, rule: dict[str, Any], tags: dict[str, str]) -> None:
        now, name = self._clock(), rule["RuleName"]
        rule = {"Attributes": {}, **rule, "RuleARN": self._arn_of(name)}
        record = {"SamplingRule": rule, "CreatedAt": now, "ModifiedAt": now}
        self._kept[name] = {"record": record, "tags": tags}

    def _keep_default(self) -> None:
        if _DEFAULT not in self._kept:
            anything = dict.fromkeys(_LENGTHS, "*")
            numbers = {"Priority": 10_000, "FixedRate": 0.05, "ReservoirSize": 1, "Version": 1}
            self._keep({**anything, **numbers, "RuleName": _DEFAULT}, {})

    def _named(self, asked: Asked) -> str:
        name, arn = asked.get("RuleName"), asked.get("RuleARN")
        if bool(name) == bool(arn):
            raise _invalid("Specify a rule by either name or ARN, but not both")
        for kept in self._kept:
            if kept == name or self._arn_of(kept) == arn:
                return kept
        raise _invalid(f"There is no sampling rule {name or arn}")

    def _tagged(self, asked: Asked) -> dict[str, Any]:
        arn = asked.get("ResourceARN")
        for name, kept in self._kept.items():
            if self._arn_of(name) == arn:
                found: dict[str, Any] = kept
                return found
        raise RequestRefused("ResourceNotFoundException", f"There is no resource {arn}", 404)


def _invalid(message: str) -> RequestRefused:
    return RequestRefused("InvalidRequestException", message)


def _object(asked: Asked, member: str) -> dict[str, Any]:
    found = asked.get(member)
    if not isinstance(found, dict):
        raise _invalid(f"{member} is missing, or no object")
    return {name: value for name, value in found.items() if value is not None}


def _check(rule: dict[str, Any]) -> None:
    for member, (least, most) in _RANGES.items():
        value = rule.get(member, least)
        kinds = (int, float) if member == "FixedRate" else (int,)
        if not isinstance(value, kinds) or not least <= value <= most:
            raise _invalid(f"{member} must be from {least} to {most}")
    for member, (shortest, longest) in _LENGTHS.items():
        value = rule.get(member, "*")
        if not isinstance(value, str) or not shortest <= len(value) <= longest:
            raise _invalid(f"{member} must have {shortest} to {longest} characters")
    attributes = rule.get("Attributes", {})
    if not isinstance(attributes, dict) or len(attributes) > _MOST_ATTRIBUTES:
        raise _invalid(f"Attributes must be at most {_MOST_ATTRIBUTES}")


def _with_tags(tags: dict[str, str], more: list[dict[str, str]] | None) -> dict[str, str]:
    tags = tags | {tag["Key"]: tag["Value"] for tag in more or []}
    if any(key.startswith("aws:") for key in tags):
        raise _invalid("Tags that begin with aws: are for AWS's own use")
    if len(tags) > _MOST_TAGS:
        raise RequestRefused("TooManyTagsException", f"More than {_MOST_TAGS} tags")
    return tags
