"""What Python cannot do without: decode, pack, sign. Nothing is checked, nothing is made sure of.

Requests are written and signed by the standard library, and there are as few as there can be.
"""

import base64
import hashlib
import hmac
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from bench.transport import CannedAws

_REGION, _KEY_ID, _SECRET = "us-east-1", "AKIAIOSFODNN7EXAMPLE", "secret"
# DynamoDB's limit for one call.
_MOST_WRITTEN = 25


class Limit:
    """Floats, columns, zlib, and one signature for each request."""

    name = "limit"
    queue = "https://sqs.us-east-1.amazonaws.com/123456789012/limit"

    def __init__(self, aws: CannedAws) -> None:
        self._aws = aws

    def ingest(self, event: Mapping[str, Any]) -> Any:
        """Keep the readings of one call, a device's in one item, and enqueue them packed."""
        document = json.loads(base64.b64decode(event["body"]))
        devices: dict[str, list[Mapping[str, Any]]] = {}
        for one in document.get("readings") or [document]:
            devices.setdefault(one["device_id"], []).append(one)
        packed = [[device, _packed(*_columns(own))] for device, own in devices.items()]
        self._put("raw-data", packed)
        message = {"QueueUrl": self.queue, "MessageBody": json.dumps(packed)}
        self._call("sqs", "AmazonSQS.SendMessage", message)
        return {"statusCode": 200, "body": '{"message": "Data ingested successfully"}'}

    def process(self, event: Mapping[str, Any]) -> Any:
        """Keep the readings of one batch, with their temperatures in °F."""
        processed = []
        for record in event["Records"]:
            for device, packed in json.loads(record["body"]):
                moments, columns = json.loads(zlib.decompress(base64.b64decode(packed)))
                columns["temperature_fahrenheit"] = [one * 1.8 + 32 for one in columns["temp"]]
                processed.append([device, _packed(moments, columns)])
        self._put("processed-data", processed)
        return {"batchItemFailures": []}

    def _put(self, table: str, packed: Sequence[Sequence[str]]) -> None:
        writes = [
            {"PutRequest": {"Item": {"device_id": {"S": device}, "packed": {"B": content}}}}
            for device, content in packed
        ]
        for start in range(0, len(writes), _MOST_WRITTEN):
            request = {"RequestItems": {table: writes[start : start + _MOST_WRITTEN]}}
            self._call("dynamodb", "DynamoDB_20120810.BatchWriteItem", request)

    def _call(self, service: str, target: str, request: Mapping[str, Any]) -> None:
        body = json.dumps(request).encode()
        _signed(service, target, body)
        json.loads(self._aws.post(target, body))


def _columns(readings: Sequence[Mapping[str, Any]]) -> tuple[list[int], dict[str, list[Any]]]:
    names = readings[0]["sensor_data"]
    moments = [one["timestamp"] for one in readings]
    return moments, {name: [one["sensor_data"][name] for one in readings] for name in names}


def _packed(moments: list[int], columns: dict[str, list[Any]]) -> str:
    return base64.b64encode(zlib.compress(json.dumps([moments, columns]).encode())).decode()


def _signed(service: str, target: str, body: bytes) -> dict[str, str]:
    """The headers of a request, its signature among them.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    at = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "host": f"{service}.{_REGION}.amazonaws.com",
        "x-amz-date": at,
        "x-amz-target": target,
    }
    names = ";".join(headers)
    listed = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"POST\n/\n\n{listed}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{at[:8]}/{_REGION}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.digest(_key(at[:8], service), text.encode(), "sha256").hex()
    credential = f"Credential={_KEY_ID}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "authorization": f"AWS4-HMAC-SHA256 {credential}"}


@cache
def _key(day: str, service: str) -> bytes:
    key = f"AWS4{_SECRET}".encode()
    for part in (day, _REGION, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
