"""DynamoDB's attribute values."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from kernel import exact_json

Item = dict[str, dict[str, Any]]


def to_attribute(value: Any) -> dict[str, Any]:
    """A value as DynamoDB's wire format has it; numbers keep every digit."""
    if form := _FORMS.get(type(value)):
        return form(value)
    if isinstance(value, Mapping):
        return {"M": {name: to_attribute(member) for name, member in value.items()}}
    raise TypeError(f"{type(value).__name__} has no attribute form here")


_FORMS: dict[type, Callable[[Any], dict[str, Any]]] = {
    str: lambda text: {"S": text},
    int: lambda number: {"N": str(number)},
    Decimal: lambda number: {"N": str(number)},
    bool: lambda truth: {"BOOL": truth},
    bytes: lambda binary: {"B": binary},
    list: lambda members: {"L": [to_attribute(member) for member in members]},
}


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """The value of an attribute; numbers come as the one Decimal that stands for them."""
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            return exact_json.canonical(Decimal(value))
        case "M":
            return {name: from_attribute(member) for name, member in value.items()}
        case "L":
            return [from_attribute(member) for member in value]
        case "S" | "BOOL" | "B":
            return value
    raise TypeError(f"an attribute of type {kind} is not one of the pipeline's")


def to_item(values: Mapping[str, Any]) -> Item:
    """Values as attributes; those that are None are left out."""
    said = exact_json.without_none(values)
    return {name: to_attribute(value) for name, value in said.items()}


def values_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an item's attributes."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}


def moment_in(values: Mapping[str, Any], name: str) -> int | None:
    """A moment among values, in ms since the epoch, if it is there."""
    return int(values[name]) if name in values else None
