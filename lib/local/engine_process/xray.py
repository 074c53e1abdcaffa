"""X-Ray for the engine, which has none: run by the engine's own interpreter."""

import copy
import json
from collections.abc import Callable
from typing import Any

from ministack import app as engine  # type: ignore[import-not-found, unused-ignore]
from ministack.core import iam_actions, router  # type: ignore[import-not-found, unused-ignore]
from ministack.core.responses import (  # type: ignore[import-not-found, unused-ignore]
    REST_JSON_CONTENT_TYPE,
    AccountRegionScopedDict,
    error_response_json,
    get_account_id,
    get_region,
    json_response,
)
from sampling_rules import (  # type: ignore[import-not-found, unused-ignore]
    RequestRefused,
    SamplingRules,
)

_SERVICE = "xray"


class XRay:
    """What the engine takes for the module of a service: it answers, is saved and read again."""

    def __init__(self) -> None:
        """Start without rules."""
        self._kept = AccountRegionScopedDict()
        self.rules = SamplingRules(self._kept, _arn_of)

    async def handle_request(
        self, _method: str, path: str, _headers: Any, body: bytes, _query: Any
    ) -> Any:
        """Answer `POST /CreateSamplingRule` and the like."""
        try:
            answer = self.rules.answer(path.strip("/"), _asked(body))
        except RequestRefused as refused:
            return error_response_json(
                refused.code,
                refused.message,
                refused.status,
                message_key="Message",
                content_type=REST_JSON_CONTENT_TYPE,
            )
        return json_response(answer, content_type=REST_JSON_CONTENT_TYPE)

    def get_state(self) -> dict[str, Any]:
        """Return what is saved when the engine stops."""
        return {"rules": copy.deepcopy(self._kept)}

    def load_persisted_state(self, saved: dict[str, Any]) -> None:
        """Take over what was saved."""
        self._kept.update(saved["rules"])

    def reset(self) -> None:
        """Forget every rule."""
        self._kept.clear()


def _arn_of(name: str) -> str:
    return f"arn:aws:xray:{get_region()}:{get_account_id()}:sampling-rule/{name}"


def _asked(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise RequestRefused("SerializationException", "The request is no JSON object")
    return asked


def naming_rule(extract: Callable[..., str], rules: SamplingRules) -> Callable[..., str]:
    """Let policies be asked about the rule that a request names, not about `*`."""

    def extract_resource_arn(
        service: str, method: str, path: str, headers: Any, body: bytes, *more: Any
    ) -> str:
        if service != _SERVICE:
            return extract(service, method, path, headers, body, *more)
        try:
            return str(rules.resource(_asked(body)))
        except RequestRefused:
            return "*"

    return extract_resource_arn


def install_xray() -> None:
    """Make X-Ray one of the engine's services; must happen before it serves."""
    xray = XRay()
    engine._loaded_modules[_SERVICE] = xray
    engine.SERVICE_REGISTRY[_SERVICE] = {"module": _SERVICE}
    engine.SERVICE_HANDLERS[_SERVICE] = engine._lazy_handler(_SERVICE)
    engine._state_map[_SERVICE] = _SERVICE
    router.SERVICE_PATTERNS[_SERVICE] = {"credential_scope": _SERVICE}
    iam_actions.SERVICE_TO_IAM_NAMESPACE[_SERVICE] = _SERVICE
    iam_actions._BOTOCORE_SERVICE_MAP[_SERVICE] = [_SERVICE]
    iam_actions.extract_resource_arn = naming_rule(iam_actions.extract_resource_arn, xray.rules)
