from lib.cost import Bill, prices, scaled, total


def test_a_bill_is_its_units_at_their_prices():
    bill = Bill({prices.API_REQUEST: 1_000_000, prices.LAMBDA_REQUEST: 2_000_000})
    assert round(bill.dollars, 9) == 3.50 + 2 * 0.20


def test_a_service_is_billed_for_all_of_its_units_and_the_dearest_comes_first():
    usage = {
        prices.DYNAMODB_READ: 1_000_000,
        prices.API_REQUEST: 1_000_000,
        prices.DYNAMODB_WRITE: 1_000_000,
    }
    costs = Bill(usage).by_service()
    assert {name: round(cost, 9) for name, cost in costs.items()} == {
        "API Gateway": 3.5,
        "DynamoDB": 0.75,
    }
    assert list(costs) == ["API Gateway", "DynamoDB"]


def test_usages_add_up_and_can_be_a_share_of_something():
    once = {prices.SQS_REQUEST: 3.0}
    assert total(once, {prices.SQS_REQUEST: 1, prices.SNS_PUBLISH: 2}) == {
        prices.SQS_REQUEST: 4,
        prices.SNS_PUBLISH: 2,
    }
    assert scaled(once, 0.5) == {prices.SQS_REQUEST: 1.5}


def test_no_two_units_are_one():
    # Units are told apart by what they are: two that were equal would be billed as one.
    units = [one for one in vars(prices).values() if isinstance(one, prices.Unit)]
    assert len(set(units)) == len(units) > 10
    assert len({(unit.service, unit.name) for unit in units}) == len(units)
