"""The alerting ports, in memory and in DynamoDB."""

from types import SimpleNamespace

import pytest
from samples.stack import create_alerting_tables

from alerting.alerts.adapters.dynamodb import DynamoDbAlerts
from alerting.alerts.adapters.memory import MemoryAlerts
from alerting.evaluation.adapters.memory import MemoryRuleStates
from alerting.evaluation.adapters.rule_states import DynamoDbRuleStates
from alerting.rules.adapters.change_outbox import DynamoDbRuleChangeOutbox
from alerting.rules.adapters.memory import MemoryRuleBook
from alerting.rules.adapters.rule_book import DynamoDbRuleBook


@pytest.fixture
def dynamodb_ports(aws):
    """The ports met with DynamoDB."""
    client = aws("dynamodb")
    create_alerting_tables(client)
    return SimpleNamespace(
        client=client,
        book=DynamoDbRuleBook(client, "rules", "states"),
        changes=DynamoDbRuleChangeOutbox(client, "states"),
        states=DynamoDbRuleStates(client, "states", "alerts"),
        alerts=DynamoDbAlerts(client, "alerts"),
    )


@pytest.fixture(params=["memory", "dynamodb"])
def ports(request):
    """Rule book, changes, states and alerts that belong together."""
    if request.param == "dynamodb":
        return request.getfixturevalue("dynamodb_ports")
    book, alerts = MemoryRuleBook(), MemoryAlerts()
    states = MemoryRuleStates(alerts)
    return SimpleNamespace(book=book, changes=book, states=states, alerts=alerts)
