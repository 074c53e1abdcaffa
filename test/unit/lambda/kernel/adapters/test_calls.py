from samples.stack import create_table

from kernel.adapters.calls import all_items


def test_what_goes_on_from_a_position_is_read_to_its_end_however_long(aws):
    client = aws("dynamodb")
    create_table(client, "idempotency", "table")
    ids = [{"id": {"S": f"{n}"}} for n in range(9)]
    for one in ids:
        client.put_item(TableName="table", Item=one)
    whole = list(all_items(client.scan, {"TableName": "table"}))
    rest = {"TableName": "table", "ExclusiveStartKey": whole[2], "Limit": 2}
    assert list(all_items(client.scan, rest)) == whole[3:]
