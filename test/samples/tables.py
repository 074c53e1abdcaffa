"""DynamoDB tables in memory, with the keys and indexes that the stack gives them."""


def create_table(client, name, *keys, **indexes):
    """Make a table; an index is given as `by_device=("device_id", "created_key")`.

    Keys that end in `_at` are numbers, the others text.
    """
    attributes = {*keys, *(key for pair in indexes.values() for key in pair)}
    made = {
        "TableName": name,
        "KeySchema": _schema(keys),
        "AttributeDefinitions": [
            {"AttributeName": key, "AttributeType": "N" if key.endswith("_at") else "S"}
            for key in sorted(attributes)
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if indexes:
        made["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.replace("_", "-"),
                "KeySchema": _schema(pair),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index, pair in indexes.items()
        ]
    client.create_table(**made)


def create_alerting_tables(client, rules="rules", states="states", alerts="alerts"):
    """Make the tables of the alerting context."""
    create_table(client, rules, "rule_id", by_device=("device_id", "created_key"))
    create_table(client, states, "device_id", "rule_id", by_check=("watch_shard", "check_at"))
    create_table(
        client,
        alerts,
        "alert_id",
        by_device=("device_id", "fired_key"),
        by_rule=("rule_id", "fired_key"),
        by_status=("status", "fired_key"),
        unannounced=("unannounced", "kept_at"),
    )


def _schema(keys):
    kinds = zip(keys, ("HASH", "RANGE"), strict=False)
    return [{"AttributeName": key, "KeyType": kind} for key, kind in kinds]
