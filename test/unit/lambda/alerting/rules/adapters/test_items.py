from dataclasses import fields
from decimal import Decimal

import pytest
from samples.readings import START

from alerting.rules.adapters.items import rule_item, rule_of
from alerting.rules.definition import RuleDefinition, Silence, Threshold
from alerting.rules.model import Rule

THRESHOLD = Threshold("m", ">", Decimal(1), 60, Decimal(0))
SETTINGS = ("critical", 60, False, "name", "description")


@pytest.mark.parametrize("condition", [THRESHOLD, Silence(60, "m")])
def test_every_member_of_a_rule_is_kept(condition):
    definition = RuleDefinition("d", condition, *SETTINGS)
    for part in (definition, condition):
        assert all(getattr(part, one.name) != one.default for one in fields(part))
    rule = Rule("rule-1", definition, START, START + 1, START + 2)
    assert rule_of(rule_item(rule)) == rule
