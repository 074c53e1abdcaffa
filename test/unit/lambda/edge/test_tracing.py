"""Tracing changes botocore for a whole process, so every test has a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import kernel

LAMBDA = Path(kernel.__file__).parent.parent

_FOLLOW = """
import json, sys
from edge import tracing

tracing.follow_sampled_requests()
tracing.follow_sampled_requests()
imported = [name for name in ("aws_xray_sdk", "botocore") if name in sys.modules]
print(json.dumps(imported))
"""

_CALL = """
import json, socket
import boto3
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from edge import tracing

tracing.follow_sampled_requests()
tracing.follow_sampled_requests()
from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False, service="test")


def call():
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        client = boto3.client(
            "dynamodb",
            region_name="eu-central-1",
            endpoint_url=f"http://127.0.0.1:{unheard.getsockname()[1]}",
            aws_access_key_id="nobody",
            aws_secret_access_key="nothing",
            config=Config(retries={"total_max_attempts": 1}, proxies={}),
        )
        try:
            client.list_tables()
        except EndpointConnectionError:
            return


call()  # without a segment, as when Lambda gave no context
segment = xray_recorder.begin_segment("test")
call()
print(json.dumps([child.name for child in segment.subsegments]))
"""

_CALL_IN_THREADS = """
import json, logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import boto3
from botocore.awsrequest import AWSResponse
from edge import tracing

tracing.follow_sampled_requests()
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.lambda_launcher import LambdaContext

told, complaints = [], logging.Handler()
complaints.emit = told.append
logging.getLogger("aws_xray_sdk").addHandler(complaints)
# What the SDK chooses by itself where it finds that it is in Lambda.
emitter = type("Emitter", (), {"send_entity": lambda _, entity: told.append(entity)})()
xray_recorder.configure(context=LambdaContext(), emitter=emitter, streaming_threshold=0)
client = boto3.client("dynamodb", "eu-central-1", aws_access_key_id="x", aws_secret_access_key="y")
together = Barrier(4, timeout=30)


class Nothing:
    def stream(self, **_):
        yield b"{}"


def answer(**_):
    together.wait()
    return AWSResponse("https://aws.invalid", 200, {}, Nothing())


client.meta.events.register("before-send.dynamodb", answer)
with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda _: client.list_tables(), range(8)))
print(json.dumps(sorted({one.trace_id for one in told}) + [len(told)]))
"""


def run(program, trace_header=None):
    environment = {"PYTHONPATH": str(LAMBDA)}
    if trace_header is not None:
        environment["_X_AMZN_TRACE_ID"] = trace_header
    finished = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(finished.stdout)


def test_an_invocation_that_is_not_sampled_pays_for_no_import():
    assert run(_FOLLOW) == []
    assert run(_FOLLOW, "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0") == []


def test_calls_of_a_sampled_invocation_become_one_subsegment_each():
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    assert run(_CALL, header) == ["dynamodb"]


def test_calls_side_by_side_belong_to_the_trace_of_the_invocation_and_nobody_complains():
    trace_id = "1-5759e988-bd862e3fe1be46a994272793"
    header = f"Root={trace_id};Parent=53995c3f42cd8ad8;Sampled=1"
    assert run(_CALL_IN_THREADS, header) == [trace_id, 8]
