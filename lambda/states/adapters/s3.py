"""Submissions as they were sent, in the bucket of device states."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from kernel.aws import aws_failures
from kernel.clock import to_ms
from states.model import StateSubmission, may_hold
from states.ports import KeptBody


class S3RawBodies:
    """One object a body, by day of arrival, days that it has states of, and identity."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def keep(self, submission: StateSubmission) -> None:
        """Keep the body durably; what is there already stays as it is."""
        with aws_failures():
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=submission.raw_key,
                    Body=submission.body,
                    ContentType="application/json",
                    IfNoneMatch="*",
                )
            except self._client.exceptions.ClientError as error:
                if error.response["Error"]["Code"] != "PreconditionFailed":
                    raise

    def holding(self, day: str, since: str) -> Iterator[KeptBody]:
        """The bodies that may have states of a UTC day, YYYY-MM-DD, among those that arrived on the
        day `since` or later, in the order of the days on which they arrived."""
        # S3 lists in the order of keys, and these begin with the day of arrival.
        asked = {"Bucket": self._bucket, "Prefix": "raw/", "StartAfter": f"raw/{since}"}
        while True:
            with aws_failures():
                answer = self._client.list_objects_v2(**asked)
            for found in answer.get("Contents", ()):
                key = found["Key"]
                if may_hold(key, day):
                    yield KeptBody(key, PurePosixPath(key).stem, to_ms(found["LastModified"]))
            if not answer.get("IsTruncated"):
                return
            asked["ContinuationToken"] = answer["NextContinuationToken"]

    def read(self, raw_key: str) -> bytes | None:
        """A body as it was sent; None if it has expired."""
        with aws_failures():
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=raw_key)
            except self._client.exceptions.NoSuchKey:
                return None
            body: bytes = found["Body"].read()
        return body
