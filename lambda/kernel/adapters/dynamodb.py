"""DynamoDB's attribute values, and first attempts kept in the idempotency table."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kernel import exact_json
from kernel.aws import aws_failures
from kernel.clock import SECOND_MS
from kernel.http import Answer
from kernel.idempotency import Attempt

Item = dict[str, dict[str, Any]]


def to_attribute(value: Any) -> dict[str, Any]:
    """A value as DynamoDB's wire format has it; numbers keep every digit."""
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case Mapping():
            return {"M": {name: to_attribute(member) for name, member in value.items()}}
        case list():
            return {"L": [to_attribute(member) for member in value]}
    raise TypeError(f"{type(value).__name__} has no attribute form here")


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


class DynamoDbAttempts:
    """First attempts in the table `idempotency-{suffix}`, removed by its TTL."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def first(self, key: str, attempt: Attempt, expires_at_ms: int) -> Attempt:
        """Remember the attempt if the key is new; return the one that is remembered."""
        item = {
            "id": key,
            "request_digest": attempt.request_digest,
            "request_id": attempt.request_id,
            "arrived_at": attempt.arrived_at,
            "expires_at": expires_at_ms // SECOND_MS,
        }
        with aws_failures():
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item=to_item(item),
                    ConditionExpression="attribute_not_exists(id)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self._client.exceptions.ConditionalCheckFailedException as error:
                return _attempt(error.response["Item"])
        return attempt

    def answered(self, key: str, answer: Answer) -> None:
        """Remember what the first attempt was answered."""
        with aws_failures():
            self._client.update_item(
                TableName=self._table,
                Key={"id": {"S": key}},
                UpdateExpression="SET answer_status = :status, answer_body = :body",
                ExpressionAttributeValues={
                    ":status": to_attribute(answer.status),
                    ":body": to_attribute(answer.body),
                },
            )


def _attempt(item: Item) -> Attempt:
    values = values_of(item)
    answer = None
    if "answer_body" in values:
        answer = Answer(int(values["answer_status"]), values["answer_body"])
    return Attempt(
        values["request_digest"],
        values["request_id"],
        int(values["arrived_at"]),
        keyed=True,
        answer=answer,
    )
