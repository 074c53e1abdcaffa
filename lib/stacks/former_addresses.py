"""What Terraform lets go of without destroying it, so that nothing is away during an upgrade."""

from collections.abc import Sequence
from typing import Any

# Each route had a permission of its own to invoke its function, until one function had one for all.
# They would be destroyed before the new ones are made. To be dropped with the version after 0.2.
_PERMISSIONS = (
    "post_ingest",
    "post_events",
    "get_devices_device_id_events",
    "post_process",
    "get_query",
    "get_health",
    "post_rules",
    "get_rules",
    "get_rules_rule_id",
    "put_rules_rule_id",
    "delete_rules_rule_id",
    "get_alerts",
    "get_openapi_json",
    "get_stats",
    "get_stats_html",
)


def let_go() -> Sequence[dict[str, Any]]:
    """Terraform's `removed` blocks: what is there stays as it is, and is forgotten."""
    return [
        {
            "from": f"aws_lambda_permission.api_{route}_permission",
            "lifecycle": {"destroy": False},
        }
        for route in _PERMISSIONS
    ]
