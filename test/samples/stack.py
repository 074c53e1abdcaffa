"""AWS in memory, made as the stack makes it: tables, queues, and what each function is told.

`stack.json` is that part of the synthesised stack; unit tests do without Node, which synthesises.
`make samples` writes it, and an infrastructure test compares it with the stack of the day.
"""

import json
import re
import sys
from pathlib import Path

# By type, what of a resource is of use to an AWS in memory. Not how long a receive waits for a
# message: moto would wait as long.
_OF_USE = {
    "aws_dynamodb_table": (
        "name",
        "hash_key",
        "range_key",
        "attribute",
        "global_secondary_index",
        "ttl",
    ),
    "aws_lambda_function": ("handler", "timeout", "environment"),
    "aws_s3_bucket": ("bucket",),
    "aws_sns_topic": ("name",),
    "aws_sqs_queue": ("name", "visibility_timeout_seconds", "redrive_policy"),
    "aws_ssm_parameter": ("name", "type"),
}
_FILE = Path(__file__).with_suffix(".json")
_REFERENCE = re.compile(r"\$\{(\w+)\.(\w+)\.(\w+)\}")


def extract(document):
    """What tests use of a synthesised stack: resources by type and address, in Terraform's JSON."""
    return {
        type_: {
            address: {name: resource[name] for name in names if name in resource}
            for address, resource in document["resource"][type_].items()
        }
        for type_, names in _OF_USE.items()
    }


def recorded():
    """The stack as it was when `make samples` ran last."""
    return json.loads(_FILE.read_text(encoding="utf-8"))


_STACK = recorded()


def table_name(id_):
    """The name in AWS of the table that the stack knows by an id, `raw` or `rule_states`."""
    return _STACK["aws_dynamodb_table"][f"{id_}_table"]["name"]


def table_ids():
    """The ids of all tables."""
    return [address.removesuffix("_table") for address in _STACK["aws_dynamodb_table"]]


def create_table(client, id_, name=None):
    """Make the table of an id, under its own name or another."""
    table = _STACK["aws_dynamodb_table"][f"{id_}_table"]
    name = name or table["name"]
    made = {
        "TableName": name,
        "KeySchema": _schema(table),
        "AttributeDefinitions": [
            {"AttributeName": one["name"], "AttributeType": one["type"]}
            for one in table["attribute"]
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if indexes := table.get("global_secondary_index"):
        made["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index["name"],
                "KeySchema": _schema(index),
                "Projection": {"ProjectionType": index["projection_type"]},
            }
            for index in indexes
        ]
    client.create_table(**made)
    if "ttl" in table:
        expiry = {"AttributeName": table["ttl"]["attribute_name"], "Enabled": True}
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry)
    return name


def create_alerting_tables(client):
    """Make the tables of the alerting context, by short names."""
    create_table(client, "alert_rules", "rules")
    create_table(client, "rule_states", "states")
    create_table(client, "triggered_alerts", "alerts")


def create_queue(client, address):
    """Make the queue of an address, and the one of its dead letters; gives its URL."""
    queue, attributes = _STACK["aws_sqs_queue"][address], {}
    if timeout := queue.get("visibility_timeout_seconds"):
        attributes["VisibilityTimeout"] = str(timeout)
    if redrive := queue.get("redrive_policy"):
        dead_letters = create_queue(client, _REFERENCE.search(redrive)[2])
        asked = {"QueueUrl": dead_letters, "AttributeNames": ["QueueArn"]}
        arn = client.get_queue_attributes(**asked)["Attributes"]["QueueArn"]
        attributes["RedrivePolicy"] = _REFERENCE.sub(arn, redrive)
    return client.create_queue(QueueName=queue["name"], Attributes=attributes)["QueueUrl"]


class AwsInMemory:
    """Everything of the stack that functions talk to, empty.

    aws: gives the clients. made: what was made, as Terraform refers to it,
    `aws_sqs_queue.ingestion_queue.url`.
    """

    def __init__(self, aws):
        self.made = {}
        for id_ in table_ids():
            create_table(aws("dynamodb"), id_)
        for address in _STACK["aws_sqs_queue"]:
            self.made[f"aws_sqs_queue.{address}.url"] = create_queue(aws("sqs"), address)
        for address, topic in _STACK["aws_sns_topic"].items():
            arn = aws("sns").create_topic(Name=topic["name"])["TopicArn"]
            self.made[f"aws_sns_topic.{address}.arn"] = arn
        for address in _STACK["aws_s3_bucket"]:
            # Its name has the account's id in it, which nobody knows before the deployment.
            name = address.replace("_", "-")
            where = {"LocationConstraint": aws("s3").meta.region_name}
            aws("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
            self.made[f"aws_s3_bucket.{address}.bucket"] = name

    def environment(self, module):
        """What the stack tells the function of a module, `functions.telemetry.ingest`."""
        (function,) = [
            one
            for one in _STACK["aws_lambda_function"].values()
            if one["handler"] == f"{module}.handler"
        ]
        return {
            name: _REFERENCE.sub(lambda found: self.made[found[0][2:-1]], value)
            for name, value in function["environment"]["variables"].items()
        }


def parameter(id_):
    """Name and type of a parameter, as SSM wants them."""
    found = _STACK["aws_ssm_parameter"][f"{id_}_parameter"]
    return {"Name": found["name"], "Type": found["type"]}


def _schema(keys):
    kinds = {"hash_key": "HASH", "range_key": "RANGE"}
    return [
        {"AttributeName": keys[key], "KeyType": kind} for key, kind in kinds.items() if key in keys
    ]


if __name__ == "__main__":
    synthesised = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    written = json.dumps(extract(synthesised), indent=1, sort_keys=True) + "\n"
    _FILE.write_text(written, encoding="utf-8")
