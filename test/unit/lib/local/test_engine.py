"""The engine's start and its surroundings, as far as they show without an engine."""

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from lib.local.certificate import ensure_certificate
from lib.local.engine import HOST, Engine, engine_environment
from lib.local.errors import LocalPipelineError
from lib.local.layout import Layout
from lib.local.process_record import EngineProcess, lock_record, write_record


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with ThreadingHTTPServer((HOST, 0), BaseHTTPRequestHandler) as other:
        serving = Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield other.server_port
        other.shutdown()
        serving.join()


def test_a_taken_port_is_one_sentence_that_names_the_setting(
    layout: Layout, taken_port: int
) -> None:
    engine = Engine(layout, taken_port, "us-east-1")

    with pytest.raises(LocalPipelineError) as raised:
        engine.start()

    assert str(raised.value) == (
        f"Port {taken_port} is taken by another program: set PIPELINE_ENGINE_PORT to a free port."
    )


def test_a_process_that_only_has_a_stale_record_is_never_signalled(layout: Layout) -> None:
    os.close(lock_record(layout.process_record))
    write_record(layout.process_record, EngineProcess(pid=os.getpid(), port=4566))

    assert Engine(layout, 4566, "us-east-1").stop() is False


def test_another_program_on_the_port_is_not_taken_for_the_engine(
    layout: Layout, taken_port: int
) -> None:
    ensure_certificate(layout.certificate, layout.private_key)

    assert not Engine(layout, taken_port, "us-east-1").is_healthy()


def test_functions_see_nothing_of_the_developers_environment(layout: Layout) -> None:
    outer = {
        "PATH": "/bin",
        "AWS_ACCESS_KEY_ID": "secret",
        "AWS_CA_BUNDLE": "/elsewhere.pem",
        "PYTHONPATH": "/elsewhere",
        "HTTPS_PROXY": "http://proxy",
    }

    inner = engine_environment(layout, 4566, "eu-west-1", outer)

    assert not {"AWS_ACCESS_KEY_ID", "PYTHONPATH", "HTTPS_PROXY"} & set(inner)
    assert inner["AWS_CA_BUNDLE"] == str(layout.trust_bundle)
    assert inner["PATH"] == "/bin"


def test_functions_send_their_traces_where_the_developer_listens(layout: Layout) -> None:
    outer = {"AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000"}

    inner = engine_environment(layout, 4566, "eu-west-1", outer)

    assert inner["AWS_XRAY_DAEMON_ADDRESS"] == "127.0.0.1:2000"


def test_the_engine_listens_on_loopback_only_and_checks_every_call(layout: Layout) -> None:
    inner = engine_environment(layout, 4566, "eu-west-1", {})

    assert inner["BIND_HOST"] == "127.0.0.1"
    assert inner["AUTH"] == "true"
    assert inner["USE_SSL"] == "1"


def test_discarded_state_is_gone_and_counts_as_a_clean_end(layout: Layout) -> None:
    engine = Engine(layout, 4566, "us-east-1")
    os.close(lock_record(layout.process_record))
    write_record(layout.process_record, EngineProcess(pid=1, port=4566, phase="saving"))
    (layout.engine_state / "iam.json").parent.mkdir(parents=True)

    engine.discard_state()

    assert not layout.engine_state.exists()
    assert engine.last_end().name == "CLEAN"
