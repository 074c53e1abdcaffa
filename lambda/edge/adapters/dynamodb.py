"""First attempts kept in the idempotency table."""

from typing import Any

from edge.http import Answer
from edge.idempotency import Attempt
from kernel.adapters.dynamodb import Item, to_attribute, to_item, values_of
from kernel.aws import aws_failures
from kernel.clock import SECOND_MS


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
