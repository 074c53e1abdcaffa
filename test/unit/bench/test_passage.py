"""The ways of the bench do the same work, and nothing of it is lost on the way."""

import pytest
from bench.bodies import made_up
from bench.limit import Limit
from bench.ours import PARAMETERS, Ours
from bench.passage import evaluated, passed
from bench.plain import Plain
from bench.transport import CannedAws

import kernel.aws
from lib.cost import prices

SOURCE = made_up()


@pytest.fixture
def canned(monkeypatch):
    """An AWS that answers whoever is built on it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    yield CannedAws(PARAMETERS)
    kernel.aws.client.cache_clear()


@pytest.mark.parametrize("way", [Plain, Ours, Limit])
@pytest.mark.parametrize(("readings", "devices"), [(1, 1), (30, 1), (30, 30)])
def test_every_way_takes_in_and_works_off_every_request(canned, way, readings, devices):
    requests = SOURCE.requests(3, readings, devices)
    passage = passed(way(canned), canned, requests, 3 * readings, at_once=10)
    usage = passage.per_million("ingest", "process")
    assert round(usage[prices.API_REQUEST]) == round(1_000_000 / readings)
    assert passage.stages["process"].invocations == (9 if way is Plain and readings > 1 else 1)
    assert usage[prices.DYNAMODB_WRITE] > 0


def test_plain_writes_and_sends_each_reading(canned):
    passage = passed(Plain(canned), canned, SOURCE.requests(1, 30, 1), 30, at_once=10)
    assert passage.stages["ingest"].calls == {"DynamoDB.PutItem": 30, "SQS.SendMessage": 30}
    assert passage.stages["process"].calls == {"DynamoDB.PutItem": 30}


def test_ours_hands_every_request_on_to_evaluation(canned):
    ours = Ours(canned)
    passed(ours, canned, SOURCE.requests(12, 1, 1), 12, at_once=10)
    assert evaluated(ours, canned, at_once=10).invocations == 2


def test_a_request_that_is_refused_is_not_measured(canned):
    (request,) = SOURCE.requests(1, 1, 1)
    with pytest.raises(RuntimeError, match="did not accept"):
        passed(Plain(canned), canned, [{**request, "body": "e30="}], 1, at_once=10)
