import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from samples.signed_calls import new_device
from samples.waiting import wait_until

EXAMPLE = [
    {"type": "laptop", "state": "erased", "timestamp": "2023-06-16T13:00:00Z"},
    {"type": "server", "state": "erased", "timestamp": "2023-06-16T12:00:00Z"},
    {"type": "phone", "state": "erased", "timestamp": "2023-06-16T11:00:00Z"},
    {"type": "phone", "state": "erasure failed", "timestamp": "2023-06-16T10:00:00Z"},
    {"type": "laptop", "state": "erased", "timestamp": "2023-06-15T10:00:00Z"},
]


def shifted(run):
    """The example with types that no other test uses."""
    return {"processed_devices": [{**row, "type": f"{row['type']} {run}"} for row in EXAMPLE]}


def counts(reader, day, run):
    """What was counted of one run on a day, by type and state."""
    answer = reader.call("GET", f"/stats?date={day}")
    assert answer.status_code == 200, answer.text
    rows = answer.json()
    assert rows == sorted(rows, key=lambda row: (row["type"], row["state"]))
    return {
        (row["type"].removesuffix(f" {run}"), row["state"]): row["count"]
        for row in rows
        if row["type"].endswith(run)
    }


def pages(reader, path):
    """Each page of the statistics, as the header of the one before leads to it."""
    place = ""
    while place is not None:
        answer = reader.call("GET", path + place)
        assert answer.status_code == 200, answer.text
        yield answer.json()
        token = answer.headers.get("X-Next-Token")
        place = None if token is None else f"&next_token={token}"


def recount(operator, day, **more):
    """Count a day again, as the command line does."""
    answer = operator.aws("lambda").invoke(
        FunctionName="state-recount-e2e", Payload=json.dumps({"date": day, **more})
    )
    content = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, content
    return content


def test_the_example_gives_exactly_the_counts_that_it_implies(
    deployment, writer, reader, operator, deployer
):
    run = new_device()
    body = shifted(run)
    for _ in range(3):
        answer = writer.call("POST", "/ingest", body)
        assert answer.status_code == 200, answer.text
        content = answer.json()
        assert (content["status"], content["enqueued"]) == ("accepted", 5)
    kept = deployer.aws("s3").get_object(
        Bucket=deployment.outputs["RawStatesBucketName"], Key=content["raw_key"]
    )
    assert kept["Body"].read() == json.dumps(body).encode()
    assert kept["ServerSideEncryption"] == "aws:kms"
    digest = content["raw_key"].rpartition("/")[2].removesuffix(".json")
    expected = {
        ("laptop", "erased"): 1,
        ("phone", "erased"): 1,
        ("phone", "erasure failed"): 1,
        ("server", "erased"): 1,
    }
    wait_until(lambda: counts(reader, "2023-06-16", run) == expected)
    # What a queue may do: deliver ten times, also what a function counted but did not acknowledge.
    chunk = {
        "v": 1,
        "request_id": "by-hand",
        "received_at": 1,
        "raw_key": content["raw_key"],
        "submission": digest,
        "chunk": 0,
        "counts": [
            {"date": row["timestamp"][:10], "type": row["type"], "state": row["state"], "count": 1}
            for row in body["processed_devices"]
        ],
    }
    record = {"messageId": "1", "body": json.dumps(chunk)}
    for _ in range(10):
        answer = deployer.aws("lambda").invoke(
            FunctionName="state-counter-e2e", Payload=json.dumps({"Records": [record]})
        )
        assert json.loads(answer["Payload"].read()) == {"batchItemFailures": []}
    assert counts(reader, "2023-06-16", run) == expected
    assert counts(reader, "2023-06-15", run) == {("laptop", "erased"): 1}
    assert recount(operator, "2023-06-16")["differences"] == []


def test_a_hundred_thousand_device_states_count_to_the_unit(writer, reader, operator):
    run, day = new_device(), datetime.now(UTC) - timedelta(days=3)
    types, states = ("laptop", "phone", "server"), ("erased", "erasure failed", "in use", "sold")

    def batch(n):
        return {
            "processed_devices": [
                {
                    "type": f"{types[(n + i) % 3]} {run}",
                    "state": states[(n * i) % 4],
                    "timestamp": f"{day:%Y-%m-%d}T{i % 24:02}:00:{n:02}Z",
                }
                for i in range(5_000)
            ]
        }

    expected = {}
    for n in range(20):
        for row in batch(n)["processed_devices"]:
            key = (row["type"].removesuffix(f" {run}"), row["state"])
            expected[key] = expected.get(key, 0) + 1

    def send(n):
        answer = writer.call("POST", "/ingest", batch(n))
        assert answer.status_code == 200, answer.text
        assert answer.json()["enqueued"] == 5_000

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, [*range(20), 3, 4, 5]))
    wait_until(lambda: sum(counts(reader, f"{day:%Y-%m-%d}", run).values()) == 100_000, seconds=60)
    assert counts(reader, f"{day:%Y-%m-%d}", run) == expected
    recounted = recount(operator, f"{day:%Y-%m-%d}")
    assert (recounted["differences"], recounted["pending"]) == ([], 0)
    assert recounted["items"] >= 100_000


def test_the_statistics_lead_on_from_page_to_page(writer, reader):
    run, day = new_device(), "2023-06-16"
    writer.call("POST", "/ingest", shifted(run))
    wait_until(lambda: len(counts(reader, day, run)) == 4)
    whole = reader.call("GET", f"/stats?date={day}").json()
    found = [row for page in pages(reader, f"/stats?date={day}&limit=3") for row in page]
    assert found == whole


def test_a_counter_that_was_tampered_with_is_found_and_repaired(writer, reader, operator, deployer):
    run, day = new_device(), f"{datetime.now(UTC) - timedelta(days=4):%Y-%m-%d}"
    row = {"type": f"phone {run}", "state": "erased", "timestamp": f"{day}T00:00:00Z"}
    writer.call("POST", "/ingest", {"processed_devices": [row] * 7})
    wait_until(lambda: counts(reader, day, run) == {("phone", "erased"): 7})
    deployer.aws("dynamodb").update_item(
        TableName="device-state-counts-e2e",
        Key={"date": {"S": day}, "type_state": {"S": f"phone {run}#erased"}},
        UpdateExpression="ADD #count :two",
        ExpressionAttributeNames={"#count": "count"},
        ExpressionAttributeValues={":two": {"N": "2"}},
    )
    wrong = [{"type": f"phone {run}", "state": "erased", "kept": 7, "counted": 9}]
    assert recount(operator, day)["differences"] == wrong
    assert recount(operator, day, repair=True)["repaired"] is True
    assert counts(reader, day, run) == {("phone", "erased"): 7}


def test_poison_among_the_chunks_is_buried_with_its_reason(deployment, deployer):
    sqs, poison = deployer.aws("sqs"), f"poison {new_device()}"
    sqs.send_message(QueueUrl=deployment.outputs["StatesQueueUrl"], MessageBody=poison)

    def letter():
        received = sqs.receive_message(
            QueueUrl=deployment.outputs["StatesDeadLetterQueueUrl"],
            MaxNumberOfMessages=10,
            VisibilityTimeout=20,
            WaitTimeSeconds=1,
            MessageAttributeNames=["All"],
        )
        return next((one for one in received.get("Messages", []) if one["Body"] == poison), None)

    attributes = wait_until(letter)["MessageAttributes"]
    assert "not JSON" in attributes["reason"]["StringValue"]
    assert attributes["function"]["StringValue"] == "count"


def test_states_that_cannot_be_are_refused_by_name_and_nothing_is_kept(writer, reader):
    run = new_device()
    rows = [
        {"type": f"phone {run}", "state": "erased", "timestamp": "2023-06-13T00:00:00Z"},
        {"type": "a#b", "state": "", "timestamp": "yesterday"},
    ]
    answer = writer.call("POST", "/ingest", {"processed_devices": rows})
    assert answer.status_code == 400
    paths = {fault["path"] for fault in answer.json()["error"]["details"]}
    assert paths == {f"processed_devices[1].{name}" for name in ("type", "state", "timestamp")}
    assert counts(reader, "2023-06-13", run) == {}


def test_the_page_is_html_that_may_do_nothing(reader):
    answer = reader.call("GET", "/stats-html?date=2023-06-16")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text


@pytest.mark.parametrize("path", ["/stats", "/stats-html"])
def test_statistics_keep_to_the_callers_policies(writer, path):
    assert writer.call("GET", path).status_code == 403
