"""Policies asked about each parameter that is read together with others; the engine asks about `*`.

Run by the engine's own interpreter.
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.core import (  # type: ignore[import-not-found, unused-ignore]
    iam_actions,
    iam_evaluator,
)


def naming_parameters(extract: Callable[..., str]) -> Callable[..., str]:
    """Name every parameter that is asked for, with spaces between, which no name can have."""

    def extract_resource_arn(
        service: str, method: str, path: str, headers: Any, body: bytes, *more: Any
    ) -> str:
        if service != "ssm" or not headers.get("x-amz-target", "").endswith(".GetParameters"):
            return extract(service, method, path, headers, body, *more)
        arns = [
            extract(service, method, path, headers, json.dumps({"Name": name}).encode(), *more)
            for name in json.loads(body or b"{}").get("Names", ())
        ]
        return " ".join(arns)

    return extract_resource_arn


def asking_of_each(enforce: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse, as AWS does, the whole call if one of the parameters may not be read."""

    def enforce_each(
        access_key: str, action: str, *where: str, resource_arn: str = "*", **more: Any
    ) -> Any:
        arns = resource_arn.split() if action == "ssm:GetParameters" else [resource_arn]
        for arn in arns or ["*"]:
            if denied := enforce(access_key, action, *where, resource_arn=arn, **more):
                return denied
        return None

    return enforce_each


def install_joint_parameters() -> None:
    """Teach the engine to ask about each parameter; must happen before it serves."""
    iam_actions.extract_resource_arn = naming_parameters(iam_actions.extract_resource_arn)
    iam_evaluator.enforce = asking_of_each(iam_evaluator.enforce)
