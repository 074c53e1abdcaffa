"""What a request says about who sends it, and to whom."""

import re
import urllib.parse
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

# Whom a request is for if it names its operation in X-Amz-Target, whatever it is signed for.
_TARGETED_SERVICES = {
    "AmazonSQS": "sqs",
    "AmazonSSM": "ssm",
    "AWSEvents": "events",
    "DynamoDBStreams_20120810": "dynamodb",
    "DynamoDB_20120810": "dynamodb",
    "Logs_20140328": "logs",
    "TrentService": "kms",
}
# What the engine takes for its root without looking at the signature.
_ROOT_KEY = re.compile(r"test|\d{12}")


@dataclass(frozen=True)
class Request:
    """The head of a request; names of headers and query parameters are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    authorizations: tuple[str, ...]
    query: dict[str, list[str]]

    @classmethod
    def of(cls, scope: MutableMapping[str, Any]) -> "Request":
        """Read an ASGI scope."""
        pairs = [(n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in scope["headers"]]
        text = scope["query_string"].decode("latin-1")
        query: dict[str, list[str]] = {}
        for name, value in urllib.parse.parse_qsl(text, keep_blank_values=True):
            query.setdefault(name.lower(), []).append(value)
        path = scope.get("raw_path") or urllib.parse.quote(scope["path"]).encode()
        return cls(
            method=scope.get("method", "GET"),
            target=path.decode("latin-1") + (f"?{text}" if text else ""),
            headers=dict(pairs),
            authorizations=tuple(value for name, value in pairs if name == "authorization"),
            query=query,
        )

    @property
    def authorization(self) -> str:
        """The Authorization header if it is an AWS signature, or else nothing."""
        given = self.authorizations[0] if self.authorizations else ""
        return given if given.startswith(("AWS4-", "AWS ")) else ""

    @property
    def credentials(self) -> list[str]:
        """Every KEY/DATE/REGION/SERVICE/aws4_request that the request names."""
        in_header = re.findall(r"Credential=([^,\s]*)", self.authorization)
        return in_header + self.query.get("x-amz-credential", [])

    @property
    def names_root(self) -> bool:
        """Whether any of its keys, of whatever version of the signature, is the engine's root."""
        version_2 = re.findall(r"^AWS ([^:]*):", self.authorization)
        keys = [credential.partition("/")[0] for credential in self.credentials]
        keys += version_2 + self.query.get("awsaccesskeyid", [])
        return any(_ROOT_KEY.fullmatch(key) for key in keys)

    @property
    def wanted(self) -> str | None:
        """The service that the request is for, where that is told without its signature."""
        prefix = self.headers.get("x-amz-target", "").partition(".")[0]
        return _TARGETED_SERVICES.get(prefix)

    @property
    def service(self) -> str:
        """The service that answers: what it is for or signed for, or S3, whose URLs say neither."""
        scopes = [credential.split("/") for credential in self.credentials]
        return self.wanted or next((scope[3] for scope in scopes if len(scope) > 3), "s3")
