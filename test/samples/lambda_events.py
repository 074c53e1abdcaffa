"""Events as Lambda hands them to functions, whole: test/samples/events.

They follow what AWS documents, every field with a value or the null that AWS gives; ids are made
up. `invocation.json` is what an operator invokes `recount` with, which Lambda hands on as it is.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
"""

import hashlib
import json
from pathlib import Path

_EVENTS = Path(__file__).with_name("events")


def captured(name):
    """The event of a file, `api_call`, for a test to change."""
    return json.loads((_EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def queue_batch(*bodies, ids=None):
    """Messages of a queue as Lambda polls them; their ids are their places unless given."""
    (record, *_) = captured("queue_batch")["Records"]
    records = [
        {
            **record,
            "messageId": id_,
            "receiptHandle": f"receipt-{id_}",
            "body": body,
            "md5OfBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        }
        for id_, body in zip(ids or map(str, range(len(bodies))), bodies, strict=True)
    ]
    return {"Records": records}


def received_batch(messages):
    """Messages that were received of a queue, as Lambda hands them on."""
    (record, *_) = captured("queue_batch")["Records"]
    records = [
        {
            **record,
            "messageId": one["MessageId"],
            "receiptHandle": one["ReceiptHandle"],
            "body": one["Body"],
            "md5OfBody": one["MD5OfBody"],
            "attributes": one["Attributes"],
        }
        for one in messages
    ]
    return {"Records": records}
