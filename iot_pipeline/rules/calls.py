"""What the client does with rules."""

from collections.abc import Iterator
from urllib.parse import quote

from iot_pipeline.errors import NotFound
from iot_pipeline.paging import MAX_PAGE_SIZE, paged
from iot_pipeline.rules.model import Rule, RuleDefinition
from iot_pipeline.transport import Transport


class Rules:
    """Rules kept."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, definition: RuleDefinition) -> Rule:
        """Make a rule; the same definition again gives the rule that there is."""
        return Rule.of(self._transport.post("/rules", definition.as_request()).content)

    def get(self, rule_id: str) -> Rule:
        """Look a rule up; raises NotFound."""
        return Rule.of(self._transport.get(_path_of(rule_id), {}).content)

    def list(
        self, device_id: str | None = None, *, page_size: int = MAX_PAGE_SIZE
    ) -> Iterator[Rule]:
        """Iterate over all rules, or over those for exactly this device or EVERY_DEVICE."""
        asked = {"device_id": device_id, "limit": str(page_size)}
        return map(Rule.of, paged(self._transport, "/rules", asked, entries="rules"))

    def replace(self, rule_id: str, definition: RuleDefinition) -> Rule:
        """Give a rule another definition, whole; raises NotFound."""
        return Rule.of(self._transport.put(_path_of(rule_id), definition.as_request()).content)

    def delete(self, rule_id: str) -> None:
        """Delete a rule; raises NotFound."""
        try:
            self._transport.delete(_path_of(rule_id))
        except NotFound as error:
            # Otherwise it was this call that deleted the rule, and only the answer was lost.
            if not error.answer_was_lost:
                raise


def _path_of(rule_id: str) -> str:
    return f"/rules/{quote(rule_id, safe='')}"
