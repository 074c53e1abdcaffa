"""What the client does with rules and alerts."""

from collections.abc import Iterator
from urllib.parse import quote

from lib.client.alerts import Alert
from lib.client.errors import NotFound
from lib.client.moments import Moment
from lib.client.paging import MAX_PAGE_SIZE, moment_parameter, paged
from lib.client.rules import Rule, RuleDefinition
from lib.client.transport import Transport


class AlertingCalls:
    """Rules kept, alerts listed."""

    _transport: Transport

    def create_rule(self, definition: RuleDefinition) -> Rule:
        """Make a rule; the same definition again gives the rule that there is."""
        return Rule.of(self._transport.post("/rules", definition.as_request()).content)

    def rule(self, rule_id: str) -> Rule:
        """Look a rule up; raises NotFound."""
        return Rule.of(self._transport.get(_path_of(rule_id), {}).content)

    def rules(
        self, device_id: str | None = None, *, page_size: int = MAX_PAGE_SIZE
    ) -> Iterator[Rule]:
        """Iterate over all rules, or over those for exactly this device or EVERY_DEVICE."""
        asked = {"device_id": device_id, "limit": str(page_size)}
        return map(Rule.of, paged(self._transport, "/rules", asked, entries="rules"))

    def replace_rule(self, rule_id: str, definition: RuleDefinition) -> Rule:
        """Give a rule another definition, whole; raises NotFound."""
        return Rule.of(self._transport.put(_path_of(rule_id), definition.as_request()).content)

    def delete_rule(self, rule_id: str) -> None:
        """Delete a rule; raises NotFound."""
        try:
            self._transport.delete(_path_of(rule_id))
        except NotFound as error:
            # Otherwise it was this call that deleted the rule, and only the answer was lost.
            if not error.answer_was_lost:
                raise

    def alerts(
        self,
        *,
        device_id: str | None = None,
        rule_id: str | None = None,
        status: str | None = None,
        start: Moment | None = None,
        end: Moment | None = None,
        page_size: int = MAX_PAGE_SIZE,
    ) -> Iterator[Alert]:
        """Iterate over alerts, newest first, fetching pages as they are needed.

        `start` to `end` is half open, of the times at which they fired; `status` is one of
        STATUSES.
        """
        asked = {
            "device_id": device_id,
            "rule_id": rule_id,
            "status": status,
            "start": moment_parameter(start),
            "end": moment_parameter(end),
            "limit": str(page_size),
        }
        return map(Alert.of, paged(self._transport, "/alerts", asked, entries="alerts"))


def _path_of(rule_id: str) -> str:
    return f"/rules/{quote(rule_id, safe='')}"
