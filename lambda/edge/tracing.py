"""X-Ray subsegments for AWS calls, paid for only by containers that serve a sampled request.

Importing the X-Ray SDK costs about 100 ms; X-Ray takes few requests, so most cold starts never
need it (docs/decisions/0005 and 0015).
"""

import os

_patched = False


def follow_sampled_requests() -> None:
    """Instrument botocore once the running invocation is one that X-Ray keeps."""
    global _patched
    if _patched or "Sampled=1" not in os.environ.get("_X_AMZN_TRACE_ID", ""):
        return
    from aws_xray_sdk.core import patch, xray_recorder

    # A missing trace context must never fail a request that is otherwise fine.
    xray_recorder.configure(context_missing="IGNORE_ERROR")
    patch(("botocore",))
    _patched = True
