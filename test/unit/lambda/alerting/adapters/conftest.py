"""The alerting ports, in memory and in DynamoDB."""

from types import SimpleNamespace

import pytest
from samples.tables import create_alerting_tables

from alerting.adapters.alerts import DynamoDbAlerts
from alerting.adapters.memory import MemoryAlerts, MemoryRuleBook, MemoryRuleStates
from alerting.adapters.rule_book import DynamoDbChangedRules, DynamoDbRuleBook
from alerting.adapters.rule_states import DynamoDbRuleStates


@pytest.fixture
def dynamodb_ports(aws):
    """The ports met with DynamoDB."""
    client = aws("dynamodb")
    create_alerting_tables(client)
    return SimpleNamespace(
        client=client,
        book=DynamoDbRuleBook(client, "rules", "states"),
        changes=DynamoDbChangedRules(client, "states"),
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
