"""Queues that are told what a topic publishes."""

import json

from samples.signed_calls import new_device


def make_inbox(sqs, topic):
    """A queue of its own that the topic may send to: its name, ARN and URL."""
    name = new_device()
    arn = topic.replace(":sns:", ":sqs:").rpartition(":")[0] + f":{name}"
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    url = sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
    return name, arn, url
