"""The shapes of `/rules` and its answers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from alerting.requests import RuleParameters
from alerting.rules.model import Rule
from alerting.rules.representation import rule_representation
from edge.http import Answer, Request, json_answer, page_answer
from edge.pages import page_of
from edge.paging import PageTokens
from kernel import exact_json


@dataclass(frozen=True, slots=True)
class RuleQuery:
    """Rules of one device, of `*`, or all; strictly after a position if one is given."""

    device_id: str | None
    limit: int
    after: str | None

    @property
    def fingerprint(self) -> str:
        """What a page token of this query fits."""
        return exact_json.dumps(["rules", self.device_id or ""])


def parse_rule_query(request: Request, tokens: PageTokens) -> RuleQuery:
    """Read the parameters of `GET /rules`; raises Invalid with every fault."""
    said = RuleParameters().load(request.query)
    asked = RuleQuery(said["device_id"], said["limit"], None)
    if said["next_token"] is None:
        return asked
    return replace(asked, after=tokens.open(said["next_token"], asked.fingerprint))


def rule_answer(status: int, rule: Rule) -> Answer:
    """An answer with one rule."""
    return json_answer(status, rule_representation(rule))


def found_rules(asked: RuleQuery, rules: Iterable[tuple[str, Rule]], tokens: PageTokens) -> Answer:
    """The answer to `GET /rules` with the first of these rules, each given with its position."""
    page = page_of(((position, rule_representation(rule)) for position, rule in rules), asked.limit)
    return page_answer("rules", page, tokens.after(page, asked.fingerprint))
