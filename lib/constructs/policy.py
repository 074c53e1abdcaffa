"""IAM policy documents as compact JSON, which AWS gives back as it was written."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from constructs import Construct


@dataclass(frozen=True, slots=True)
class Grant:
    """What a principal may do, and with what."""

    sid: str
    actions: Sequence[str]
    resources: Sequence[str]

    def statement(self) -> dict[str, Any]:
        """The grant as an identity policy's statement."""
        return {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": list(self.resources),
        }


def sid_of(construct: Construct) -> str:
    """What grants on a part of the stack are called by: as unique as its address."""
    ids = [scope.node.id for scope in construct.node.scopes[2:]]
    return "".join(part.title() for id_ in ids for part in id_.split("_"))


def compact(document: Mapping[str, Any]) -> str:
    """JSON without spaces: with them, Terraform sees a difference for ever."""
    return json.dumps(document, separators=(",", ":"))


def policy(*statements: Mapping[str, Any]) -> str:
    """A policy document of these statements."""
    return compact({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str) -> str:
    """The policy that lets one AWS service take on a role."""
    return policy(
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    )


def tls_only(resource_arns: str | list[str], actions: str) -> dict[str, Any]:
    """The statement that refuses every request that is not encrypted on its way."""
    return {
        "Sid": "RefusePlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": resource_arns,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
