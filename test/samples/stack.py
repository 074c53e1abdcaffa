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
    "aws_lambda_function": ("filename", "timeout", "environment"),
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
            address: {name: _lasting(name, resource[name]) for name in names if name in resource}
            for address, resource in document["resource"][type_].items()
        }
        for type_, names in _OF_USE.items()
    }


def _lasting(name, value):
    # An asset lies in a directory that is named for its content.
    return Path(value).name if name == "filename" else value


def recorded():
    """The stack as it was when `make samples` ran last."""
    return json.loads(_FILE.read_text(encoding="utf-8"))


_STACK = recorded()
# What functions are told by name, and not by reference.
_NAMED = {
    resource["name"]: (type_, address)
    for type_ in ("aws_dynamodb_table", "aws_ssm_parameter")
    for address, resource in _STACK[type_].items()
}


def create_table(client, id_, name=None):
    """Make the table of an id, `raw`, under its own name or another, which it gives."""
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
        ((_, letters_address, _),) = _REFERENCE.findall(redrive)
        dead_letters = create_queue(client, letters_address)
        asked = {"QueueUrl": dead_letters, "AttributeNames": ["QueueArn"]}
        arn = client.get_queue_attributes(**asked)["Attributes"]["QueueArn"]
        attributes["RedrivePolicy"] = _REFERENCE.sub(arn, redrive)
    return client.create_queue(QueueName=queue["name"], Attributes=attributes)["QueueUrl"]


class AwsInMemory:
    """What of the stack is asked for, made empty when it is: all of it takes a fifth of a second.

    aws: gives the clients. values: those of the parameters, by id.
    """

    def __init__(self, aws, values):
        self._aws, self._values, self._made = aws, values, {}

    def table(self, id_):
        """The name of the table of an id."""
        return self._at("aws_dynamodb_table", f"{id_}_table")

    def queue(self, id_):
        """The URL of a queue."""
        return self._at("aws_sqs_queue", f"{id_}_queue")

    def subscriber(self, id_):
        """The URL of a queue that gets what is published to a topic, from the first on."""
        self._at("aws_sns_topic", f"{id_}_topic")
        return self._made[id_]

    def set_parameter(self, id_, value):
        """Give a parameter a value."""
        self._aws("ssm").put_parameter(**parameter(id_), Value=value, Overwrite=True)
        self._made["aws_ssm_parameter", f"{id_}_parameter"] = parameter(id_)["Name"]

    def environment(self, module):
        """What the stack tells the function of a module, `functions.telemetry.ingest`."""
        (function,) = [
            one
            for one in _STACK["aws_lambda_function"].values()
            if one["filename"] == f"{module.removeprefix('functions.')}.zip"
        ]
        return {
            name: self._resolved(value)
            for name, value in function["environment"]["variables"].items()
        }

    def _resolved(self, value):
        if value in _NAMED:
            return self._at(*_NAMED[value])
        return _REFERENCE.sub(lambda found: self._at(found[1], found[2]), value)

    def _at(self, type_, address):
        """What a function is told of a resource, which is there from now on."""
        if (type_, address) not in self._made:
            self._made[type_, address] = self._make(type_, address)
        return self._made[type_, address]

    def _make(self, type_, address):
        match type_:
            case "aws_dynamodb_table":
                return create_table(self._aws("dynamodb"), address.removesuffix("_table"))
            case "aws_sqs_queue":
                return create_queue(self._aws("sqs"), address)
            case "aws_sns_topic":
                return self._subscribed_topic(address.removesuffix("_topic"))
            case "aws_s3_bucket":
                return self._bucket(address)
        id_ = address.removesuffix("_parameter")
        self.set_parameter(id_, self._values[id_])
        return parameter(id_)["Name"]

    def _subscribed_topic(self, id_):
        name = _STACK["aws_sns_topic"][f"{id_}_topic"]["name"]
        sqs, sns = self._aws("sqs"), self._aws("sns")
        url = sqs.create_queue(QueueName=f"subscriber-of-{name}")["QueueUrl"]
        asked = {"QueueUrl": url, "AttributeNames": ["QueueArn"]}
        inbox = sqs.get_queue_attributes(**asked)["Attributes"]["QueueArn"]
        topic = sns.create_topic(Name=name)["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=inbox)
        self._made[id_] = url
        return topic

    def _bucket(self, address):
        # Its name has the account's id in it, which nobody knows before the deployment.
        s3, name = self._aws("s3"), address.replace("_", "-")
        where = {"LocationConstraint": s3.meta.region_name}
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
        return name


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
