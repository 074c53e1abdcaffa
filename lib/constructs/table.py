"""A table: on demand, encrypted with the stack's key, recoverable unless that is not worth it."""

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
    DynamodbTableAttribute,
    DynamodbTableGlobalSecondaryIndex,
    DynamodbTablePointInTimeRecovery,
    DynamodbTableServerSideEncryption,
    DynamodbTableTtl,
)
from constructs import Construct

from lib.constructs.policy import Grant, sid_of


@dataclass(frozen=True, slots=True)
class Index:
    """Another way into a table; an item is in it if it has both keys.

    sort_key_type: `S` for text, `N` for numbers. keys_only: whether it shows nothing but keys.
    """

    name: str
    partition_key: str
    sort_key: str
    sort_key_type: str = "S"
    keys_only: bool = False


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
        indexes: Sequence[Index] = (),
        protected: bool,
        recoverable: bool = True,
    ) -> None:
        super().__init__(scope, id_)
        types = {key: "S" for key in (partition_key, sort_key) if key}
        for index in indexes:
            types |= {index.partition_key: "S", index.sort_key: index.sort_key_type}
        table = DynamodbTable(
            self,
            "table",
            name=name,
            billing_mode="PAY_PER_REQUEST",
            hash_key=partition_key,
            range_key=sort_key,
            # In the order in which AWS gives them back: any other shows up as a difference.
            attribute=[DynamodbTableAttribute(name=key, type=types[key]) for key in sorted(types)],
            global_secondary_index=[
                DynamodbTableGlobalSecondaryIndex(
                    name=index.name,
                    hash_key=index.partition_key,
                    range_key=index.sort_key,
                    projection_type="KEYS_ONLY" if index.keys_only else "ALL",
                )
                for index in indexes
            ]
            or None,
            deletion_protection_enabled=protected,
            point_in_time_recovery=DynamodbTablePointInTimeRecovery(enabled=recoverable),
            server_side_encryption=DynamodbTableServerSideEncryption(
                enabled=True, kms_key_arn=key_arn
            ),
            ttl=DynamodbTableTtl(attribute_name=expires_by, enabled=True) if expires_by else None,
        )
        self._sid = sid_of(self)
        self.name = name
        self.indexes = [index.name for index in indexes]
        self.arn = table.arn

    def allowing(self, purpose: str, *actions: str) -> Grant:
        """These actions on items, `GetItem` and the like."""
        named = [f"dynamodb:{action}" for action in actions]
        return Grant(f"{purpose}{self._sid}", named, [self.arn])

    def appending(self) -> Grant:
        """Look which keys are there, and write or take back whole items."""
        return self.allowing("AppendTo", "BatchGetItem", "BatchWriteItem")

    def putting_absent(self) -> Grant:
        """Write one item unless its key is there."""
        return self.allowing("PutAbsentIn", "PutItem")

    def querying(self) -> Grant:
        """Read ranges of a partition."""
        return self.allowing("Query", "Query")

    def querying_indexes(self, *names: str) -> Grant:
        """Read ranges of these indexes' partitions."""
        arns = [f"{self.arn}/index/{name}" for name in names]
        return Grant(f"QueryIndexesOf{self._sid}", ["dynamodb:Query"], arns)

    def marking(self) -> Grant:
        """Put a marker once, and complete it."""
        return self.allowing("Mark", "PutItem", "UpdateItem")
