import re

import pytest
from click.testing import CliRunner

from lib.cli.cost_command import cost
from lib.cost import Bill, prices, readme, total
from lib.cost.counted import Counted, Requests, Rules, counted
from lib.cost.fleet import Fleet, month_of

CALL, WRITE, READ, KEY = (
    prices.API_REQUEST,
    prices.DYNAMODB_WRITE,
    prices.DYNAMODB_READ,
    prices.KMS_KEY_MONTH,
)
STACK = {KEY: 1}
COUNTED = Counted(
    "made up",
    {},
    [
        Requests(1, False, True, {CALL: 1, WRITE: 2}, 500),
        Requests(100, False, True, {CALL: 1, WRITE: 4}, 2_000),
        Requests(100, True, True, {CALL: 1, WRITE: 200}, 50_000),
        Requests(1, False, False, {CALL: 1, WRITE: 3}, 500),
        Requests(100, False, False, {CALL: 1, WRITE: 5}, 2_000),
        Requests(100, True, False, {CALL: 1, WRITE: 201}, 50_000),
    ],
    [Rules(1, 1, {READ: 2}), Rules(1, 10, {READ: 20}), Rules(100, 1, {READ: 4})],
)
# One reading a second: 2,628,000 a month.
ONE_A_SECOND = 730 * 3_600


def used(fleet):
    """What the readings of a month use where messages wait, a request."""
    requests = fleet.readings_a_month / fleet.batch
    month = month_of(fleet, COUNTED, STACK)
    beside = {KEY, prices.XRAY_TRACE}
    least = {unit: count for unit, count in month.least.usage.items() if unit not in beside}
    return {unit: pytest.approx(count / requests) for unit, count in least.items()}


def test_what_was_counted_is_taken_as_it_is():
    assert Fleet(10, 10, 1).readings_a_month == ONE_A_SECOND
    assert used(Fleet(10, 10, 1)) == {CALL: 1, WRITE: 2}
    assert used(Fleet(10, 10, 100)) == {CALL: 1, WRITE: 4}
    assert used(Fleet(10, 10, 100, mixed=True)) == {CALL: 1, WRITE: 200}


def test_between_and_beyond_what_was_counted_a_request_grows_evenly():
    assert used(Fleet(10, 10, 50)) == {CALL: 1, WRITE: 2 + 2 * 49 / 99}
    assert used(Fleet(10, 10, 199)) == {CALL: 1, WRITE: 6}


def test_rules_are_evaluated_for_each_message_and_each_device_in_it():
    assert used(Fleet(10, 10, 1, rules=1))[READ] == 2
    assert used(Fleet(10, 10, 1, rules=10))[READ] == 20
    assert used(Fleet(10, 10, 100, rules=1))[READ] == 4
    assert used(Fleet(10, 10, 100, rules=1, mixed=True))[READ] == 200


def test_a_month_is_billed_from_what_waits_to_what_comes_alone_with_what_stands():
    month = month_of(Fleet(1, 1, 1), COUNTED, STACK)
    assert month.standing.dollars == 1
    # Of one request a second, each is traced.
    each = 3.5 + 2 * 0.625 + 5
    assert month.least.dollars == pytest.approx(1 + ONE_A_SECOND * each / 1e6)
    assert month.most.dollars - month.least.dollars == pytest.approx(ONE_A_SECOND * 0.625 / 1e6)
    assert month.kept.dollars == pytest.approx(ONE_A_SECOND * 500 / 2**30 * (0.25 + 0.20))


def test_of_more_requests_than_one_a_second_few_are_traced():
    traces = month_of(Fleet(1_000, 1, 1), COUNTED, STACK).least.usage[prices.XRAY_TRACE]
    assert traces == pytest.approx(ONE_A_SECOND * (1 + 999 * 0.001))


def test_what_was_counted_here_costs_no_more_where_messages_wait():
    for one in counted().requests:
        if one.waiting:
            (alone,) = (
                other
                for other in counted().requests
                if (other.readings, other.mixed, other.waiting) == (one.readings, one.mixed, False)
            )
            assert Bill(one.usage).dollars <= Bill(total(alone.usage)).dollars


def test_the_command_tells_each_service_and_the_sum():
    done = CliRunner().invoke(cost, ["--devices", "1000", "--interval", "10", "--batch", "100"])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("262,800,000 readings a month")
    rows = [re.split(r"\s{2,}", line.strip()) for line in done.output.splitlines()]
    dollars = {row[0]: float(row[1].replace(",", "")) for row in rows if len(row) == 3}
    assert {"API Gateway", "DynamoDB", "Lambda", "SQS", "CloudWatch", "KMS"} < dollars.keys()
    together = dollars.pop("together")
    assert together == pytest.approx(sum(dollars.values()), abs=0.05)


@pytest.mark.parametrize("wrong", [["--devices", "0"], ["--interval", "0"], ["--batch", "1001"]])
def test_a_fleet_that_cannot_be_is_refused(wrong):
    given = {"--devices": "1", "--interval": "1", "--batch": "1", **dict([wrong])}
    done = CliRunner().invoke(cost, [word for pair in given.items() for word in pair])
    assert done.exit_code == 2
    assert wrong[0] in done.output


def test_the_readmes_table_is_what_the_command_tells():
    text = readme.FILE.read_text(encoding="utf-8")
    assert text == readme.with_present_costs(text), "Run 'make docs'."
    rows = re.findall(r"^\| `(--devices [^`]+)` \| (.+) \| (.+) \|$", text, re.MULTILINE)
    assert len(rows) >= 3
    for options, low, high in rows:
        done = CliRunner().invoke(cost, options.split())
        (told,) = re.findall(r"^together\s+(\S+)\s+(\S+)$", done.output, re.MULTILINE)
        assert (low, high) == tuple(f"{float(one.replace(',', '')):,.0f}" for one in told)
