"""What AWS counts of a request, by what stands in it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
https://aws.amazon.com/sqs/pricing/
"""

import base64
from collections.abc import Mapping
from math import ceil
from typing import Any

from lib.cost.prices import READ_UNIT_BYTES, SQS_CHUNK_BYTES, WRITE_UNIT_BYTES

Item = Mapping[str, Mapping[str, Any]]


def write_units(before: Item | None, after: Item | None) -> int:
    """Units of a write, by the larger of what was there and what is there now."""
    larger = max(item_bytes(before or {}), item_bytes(after or {}))
    return max(1, ceil(larger / WRITE_UNIT_BYTES))


def read_units(size: int, *, consistent: bool) -> float:
    """Units of a read of so many bytes: of one item, or of all that a query looks at."""
    return max(1, ceil(size / READ_UNIT_BYTES)) * (1 if consistent else 0.5)


def sqs_requests(size: int) -> int:
    """Requests that a call is billed as whose messages have so many bytes together."""
    return max(1, ceil(size / SQS_CHUNK_BYTES))


def item_bytes(item: Item) -> int:
    """About what DynamoDB counts: names and values, numbers at two digits a byte."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(attribute: Mapping[str, Any]) -> int:
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            digits = str(value).lstrip("-").replace(".", "").strip("0")
            return ceil(len(digits) / 2) + 1
        case "M":
            return 3 + len(value) + item_bytes(value)
        case "L":
            return 3 + sum(1 + _value_bytes(member) for member in value)
        case "B":
            # On the wire it is text in base64, in an answer that was parsed it is bytes.
            return len(base64.b64decode(value) if isinstance(value, str) else value)
    return 1
