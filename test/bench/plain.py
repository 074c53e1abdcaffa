"""The pipeline that most people would write: a put and a message for each reading."""

import base64
import json
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import boto3
from bench.transport import CannedAws

_QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/plain"


class Plain:
    """boto3's resource, Decimals, a look at what must be there, and nothing more."""

    name = "plain"
    queue = _QUEUE

    def __init__(self, aws: CannedAws) -> None:
        dynamodb = boto3.resource("dynamodb")
        aws.serve(dynamodb.meta.client)
        self._raw, self._processed = dynamodb.Table("raw-data"), dynamodb.Table("processed-data")
        self._sqs = aws.serve(boto3.client("sqs"))

    def ingest(self, event: Mapping[str, Any]) -> Any:
        """Keep and enqueue the readings of one call."""
        body = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"]
        document = json.loads(body, parse_float=Decimal)
        readings = document.get("readings", [document])
        for reading in readings:
            if not isinstance(reading.get("device_id"), str):
                return {"statusCode": 400, "body": '{"error": "device_id is required"}'}
            if not isinstance(reading.get("sensor_data"), dict):
                return {"statusCode": 400, "body": '{"error": "sensor_data is required"}'}
        for reading in readings:
            item = {"timestamp": int(time.time() * 1_000), **reading}
            self._raw.put_item(Item=item)
            self._sqs.send_message(QueueUrl=_QUEUE, MessageBody=json.dumps(item, default=float))
        return {"statusCode": 200, "body": json.dumps({"message": "Data ingested successfully"})}

    def process(self, event: Mapping[str, Any]) -> Any:
        """Put the readings of one batch, each with its temperature in °F."""
        for record in event["Records"]:
            reading = json.loads(record["body"], parse_float=Decimal)
            metrics = reading.pop("sensor_data")
            celsius = metrics.get("temperature", metrics.get("temp"))
            if celsius is not None:
                metrics["temperature_fahrenheit"] = celsius * 9 / 5 + 32
            processed_at = int(time.time() * 1_000)
            self._processed.put_item(Item={**reading, **metrics, "processed_at": processed_at})
        return {"batchItemFailures": []}
