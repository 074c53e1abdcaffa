"""Log groups named to policies as AWS names them: with `:*` at the end.

Only what is about tags names a group without it, and the engine leaves it out everywhere.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
Run by the engine's own interpreter.
"""

from collections.abc import Callable
from typing import Any

from ministack.core import iam_actions  # type: ignore[import-not-found, unused-ignore]


def naming_groups(extract: Callable[..., str]) -> Callable[..., str]:
    """Name the group of a request about logs with the end that AWS asks about."""

    def extract_resource_arn(
        service: str, method: str, path: str, headers: Any, *more: Any, **named: Any
    ) -> str:
        arn = extract(service, method, path, headers, *more, **named)
        about_tags = "Tag" in headers.get("x-amz-target", "")
        return f"{arn}:*" if service == "logs" and arn != "*" and not about_tags else arn

    return extract_resource_arn


def install_log_groups() -> None:
    """Teach the engine the name; must happen before it serves."""
    iam_actions.extract_resource_arn = naming_groups(iam_actions.extract_resource_arn)
