"""A table: on demand, recoverable to any second of 35 days, encrypted with the stack's key."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
    DynamodbTableAttribute,
    DynamodbTablePointInTimeRecovery,
    DynamodbTableServerSideEncryption,
    DynamodbTableTtl,
)
from constructs import Construct

from lib.constructs.policy import Grant


class Table(Construct):
    """A DynamoDB table with string keys, and the grants on it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        key_arn: str,
        partition_key: str,
        sort_key: str | None = None,
        expires_by: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        keys = [partition_key, *([sort_key] if sort_key else [])]
        table = DynamodbTable(
            self,
            "table",
            name=name,
            billing_mode="PAY_PER_REQUEST",
            hash_key=partition_key,
            range_key=sort_key,
            attribute=[DynamodbTableAttribute(name=key, type="S") for key in keys],
            point_in_time_recovery=DynamodbTablePointInTimeRecovery(enabled=True),
            server_side_encryption=DynamodbTableServerSideEncryption(
                enabled=True, kms_key_arn=key_arn
            ),
            ttl=DynamodbTableTtl(attribute_name=expires_by, enabled=True) if expires_by else None,
        )
        self._sid = "".join(part.title() for part in id_.split("_"))
        self.name = name
        self.arn = table.arn

    def _grant(self, purpose: str, actions: Sequence[str]) -> Grant:
        return Grant(
            f"{purpose}{self._sid}", [f"dynamodb:{action}" for action in actions], [self.arn]
        )

    def appending(self) -> Grant:
        """Look which keys are there, and write or take back whole items."""
        return self._grant("AppendTo", ("BatchGetItem", "BatchWriteItem"))

    def querying(self) -> Grant:
        """Read ranges of a partition."""
        return self._grant("Query", ("Query",))

    def marking(self) -> Grant:
        """Put a marker once, and complete it."""
        return self._grant("Mark", ("PutItem", "UpdateItem"))
