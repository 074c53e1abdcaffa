"""AWS as a canned transport below botocore: serialising, signing and parsing stay real.

It answers as if every table were empty and every queue took everything, and counts what AWS bills:
calls, their units, their bytes.
"""

import json
import re
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any
from urllib.parse import parse_qs

from bench.units import Item, item_bytes, read_units, sqs_requests, write_units
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from lib.cost import prices
from lib.cost.prices import Unit

_PUBLISHED = (
    b"<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
)
_READS = {"GetItem", "BatchGetItem", "Query"}


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> list[bytes]:
        """The body in one piece."""
        return [self._content]


def response(url: str, content: bytes, headers: Mapping[str, str] | None = None) -> AWSResponse:
    """An answer as botocore gets it from its own transport."""
    return AWSResponse(url, 200, HTTPHeaders.from_dict(headers or {}), _Body(content))


class CannedAws:
    """Answers requests, and knows what was asked since it was last forgotten.

    parameters: the values of SSM's parameters by name. calls: how often each operation was called.
    usage: what is billed. sent: bodies of messages by queue URL. put: bytes of every item that was
    put. spent: seconds of the processor that answering took, to be taken off what is measured.
    """

    def __init__(self, parameters: Mapping[str, str] | None = None) -> None:
        self._parameters = parameters or {}
        self.forget()

    def forget(self) -> None:
        """Begin to count anew."""
        self.calls: Counter[str] = Counter()
        self.usage: defaultdict[Unit, float] = defaultdict(float)
        self.sent: defaultdict[str, list[str]] = defaultdict(list)
        self.put: list[int] = []
        self.spent = 0.0

    def serve(self, client: Any) -> Any:
        """Let a client of boto3 speak to this AWS; gives the client."""
        client.meta.events.register("before-send", self._before_send)
        return client

    def _before_send(self, request: Any, **_: Any) -> AWSResponse:
        begun = time.process_time()
        headers, body = request.headers, request.body or b""
        target = headers.get("X-Amz-Target", b"")
        told, content = self.answer(target.decode() if isinstance(target, bytes) else target, body)
        answer = response(request.url, content, told)
        self.spent += time.process_time() - begun
        return answer

    def post(self, target: str, body: bytes) -> bytes:
        """Take a request that another than botocore made and signed."""
        begun = time.process_time()
        _, content = self.answer(target, body)
        self.spent += time.process_time() - begun
        return content

    def answer(self, target: str, body: bytes | str) -> tuple[dict[str, str], bytes]:
        """Headers and body of the answer to a request, by its `X-Amz-Target`; it is counted."""
        raw = body.encode() if isinstance(body, str) else body
        if not target:
            # SNS speaks the older protocol, whose requests are forms.
            (action,) = parse_qs(raw.decode())["Action"]
            self.calls[f"SNS.{action}"] += 1
            self.usage[prices.SNS_PUBLISH] += 1
            return {"Content-Type": "text/xml"}, _PUBLISHED
        service, _, operation = target.partition(".")
        asked = json.loads(raw)
        name = re.match("(?:Amazon)?([A-Za-z]+)", service)
        self.calls[f"{name[1] if name else service}.{operation}"] += 1
        content = json.dumps(self._answered(service, operation, asked)).encode()
        return {
            "Content-Type": "application/x-amz-json-1.0",
            "x-amzn-RequestId": "00000000-0000-0000-0000-000000000000",
            "x-amz-crc32": str(zlib.crc32(content)),
        }, content

    def _answered(self, service: str, operation: str, asked: Any) -> Any:
        if service.startswith("DynamoDB"):
            unit = prices.DYNAMODB_READ if operation in _READS else prices.DYNAMODB_WRITE
            self.usage[unit] += sum(_dynamodb_units(operation, asked))
            self.put += [item_bytes(item) for item in _items_put(operation, asked)]
            return _from_empty_tables(operation, asked)
        if service == "AmazonSQS":
            entries = asked.get("Entries") or [asked]
            bodies = [one.get("MessageBody", "") for one in entries]
            self.usage[prices.SQS_REQUEST] += sqs_requests(sum(map(len, bodies)))
            self.sent[asked["QueueUrl"]] += [body for body in bodies if body]
            if operation == "SendMessage":
                return {"MessageId": "1", "MD5OfMessageBody": "0" * 32}
            done = [
                {"Id": one["Id"], "MessageId": one["Id"], "MD5OfMessageBody": "0" * 32}
                for one in entries
            ]
            return {"Successful": done, "Failed": []}
        if (service, operation) == ("AmazonSSM", "GetParameters"):
            known = [name for name in asked["Names"] if name in self._parameters]
            values = [{"Name": name, "Value": self._parameters[name]} for name in known]
            return {"Parameters": values, "InvalidParameters": []}
        raise NotImplementedError(f"{service}.{operation} is not answered")


def _dynamodb_units(operation: str, asked: Any) -> Iterator[float]:
    """Units of a request to tables in which nothing lies yet."""
    match operation:
        case "GetItem" | "Query":
            yield read_units(0, consistent=bool(asked.get("ConsistentRead")))
        case "BatchGetItem":
            for table in asked["RequestItems"].values():
                for _ in table["Keys"]:
                    yield read_units(0, consistent=bool(table.get("ConsistentRead")))
        case "PutItem":
            yield write_units(None, asked["Item"])
        case "BatchWriteItem":
            for writes in asked["RequestItems"].values():
                for write in writes:
                    yield write_units(None, write.get("PutRequest", {}).get("Item"))
        case "TransactWriteItems":
            for entry in asked["TransactItems"]:
                for write in entry.values():
                    yield 2 * write_units(None, write.get("Item"))
        case _:
            # What an update leaves behind does not stand in it: AWS alone could tell.
            raise NotImplementedError(f"{operation} is not billed")


def _items_put(operation: str, asked: Any) -> list[Item]:
    if operation == "PutItem":
        return [asked["Item"]]
    if operation != "BatchWriteItem":
        return []
    writes = chain(*asked["RequestItems"].values())
    return [write["PutRequest"]["Item"] for write in writes if "PutRequest" in write]


def _from_empty_tables(operation: str, asked: Any) -> Any:
    match operation:
        case "BatchGetItem":
            return {
                "Responses": {name: [] for name in asked["RequestItems"]},
                "UnprocessedKeys": {},
            }
        case "BatchWriteItem":
            return {"UnprocessedItems": {}}
        case "Query":
            return {"Items": [], "Count": 0, "ScannedCount": 0}
    return {}
