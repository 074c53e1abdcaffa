"""`/rules`: rules made, shown, replaced and deleted."""

from urllib.parse import unquote

from alerting.requests import MAX_RULE_ID, parse_rule
from alerting.rules.adapters.rule_book import DynamoDbRuleBook
from alerting.rules.definition import RuleDefinition
from alerting.rules.keeping import RuleKeeping
from alerting.rules_http import found_rules, parse_rule_query, rule_answer
from edge.container import Container, Function, on_first_use
from edge.http import Answer, Request
from edge.idempotency import once
from kernel.errors import NotFound


def build(container: Container) -> Function:
    """Callers keep the book of rules."""
    tables = container.setting("RULES_TABLE"), container.setting("RULE_STATES_TABLE")
    book = DynamoDbRuleBook(container.aws("dynamodb"), *tables)
    keeping = RuleKeeping(book, container.clock)
    attempts, page_tokens = container.attempts(), container.page_tokens()

    def post_rule(request: Request) -> Answer:
        def act(definition: RuleDefinition) -> Answer:
            return rule_answer(201, keeping.create(definition))

        return once(request, attempts, container.clock, lambda _: parse_rule(request.body), act)

    def get_rules(request: Request) -> Answer:
        tokens = page_tokens()
        asked = parse_rule_query(request, tokens)
        return found_rules(asked, book.listed(asked.device_id, asked.after), tokens)

    def put_rule(request: Request) -> Answer:
        def act(definition: RuleDefinition) -> Answer:
            return rule_answer(200, keeping.replace(_rule_id(request), definition))

        return once(request, attempts, container.clock, lambda _: parse_rule(request.body), act)

    def delete_rule(request: Request) -> Answer:
        keeping.delete(_rule_id(request))
        return Answer(204, "")

    return container.answering(
        {
            "POST /rules": post_rule,
            "GET /rules": get_rules,
            "GET /rules/{rule_id}": lambda request: rule_answer(
                200, keeping.get(_rule_id(request))
            ),
            "PUT /rules/{rule_id}": put_rule,
            "DELETE /rules/{rule_id}": delete_rule,
        }
    )


def _rule_id(request: Request) -> str:
    rule_id = unquote(request.path_parameters["rule_id"])
    # DynamoDB refuses to look up keys of over 2,048 bytes.
    if len(rule_id) > MAX_RULE_ID:
        raise NotFound("There is no such rule.")
    return rule_id


handler = on_first_use(build)
