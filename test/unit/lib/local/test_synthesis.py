"""The synthesised stacks: their order, and the digest by which they are recognised."""

import json
import sys
from pathlib import Path

import pytest

from lib.local.errors import LocalPipelineError
from lib.local.layout import DeploymentLayout
from lib.local.synthesis import read_synthesis, synthesise


def written(directory: Path, **dependencies: list[str]) -> Path:
    stacks = {name: {"dependencies": names} for name, names in dependencies.items()}
    for name in stacks:
        stack = directory / "stacks" / name
        (stack / "assets").mkdir(parents=True)
        (stack / "cdk.tf.json").write_text("{}")
        (stack / "assets" / "ingest.zip").write_bytes(b"zip")
    (directory / "manifest.json").write_text(json.dumps({"version": "0.21.0", "stacks": stacks}))
    return directory


def test_a_stack_comes_after_those_that_it_needs(tmp_path: Path) -> None:
    directory = written(tmp_path, api=["tables", "queues"], queues=["tables"], tables=[])

    assert read_synthesis(directory).stacks == ("tables", "queues", "api")


def test_equal_files_have_an_equal_fingerprint_wherever_they_lie(tmp_path: Path) -> None:
    one = read_synthesis(written(tmp_path / "one", pipeline=[]))
    other = read_synthesis(written(tmp_path / "other", pipeline=[]))

    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize("changed", ["cdk.tf.json", "assets/ingest.zip", "assets/new.zip"])
def test_a_changed_or_new_file_changes_the_fingerprint(tmp_path: Path, changed: str) -> None:
    directory = written(tmp_path, pipeline=[])
    before = read_synthesis(directory).fingerprint

    (directory / "stacks" / "pipeline" / changed).write_text("changed")

    assert read_synthesis(directory).fingerprint != before


def test_a_renamed_file_changes_the_fingerprint(tmp_path: Path) -> None:
    directory = written(tmp_path, pipeline=[])
    before = read_synthesis(directory).fingerprint
    assets = directory / "stacks" / "pipeline" / "assets"

    (assets / "ingest.zip").rename(assets / "query.zip")

    assert read_synthesis(directory).fingerprint != before


def test_what_terraform_leaves_behind_does_not_count(tmp_path: Path) -> None:
    directory = written(tmp_path, pipeline=[])
    before = read_synthesis(directory).fingerprint

    (directory / "stacks" / "pipeline" / ".terraform.lock.hcl").write_text("locked")

    assert read_synthesis(directory).fingerprint == before


def test_a_directory_without_a_synthesis_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LocalPipelineError, match="no synthesised stack"):
        read_synthesis(tmp_path)


def test_the_programs_own_last_word_is_the_reason_of_a_failure(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "import sys\nprint('warming up', file=sys.stderr)\nsys.exit('error: AWS_REGION is odd.')\n"
    )
    deployment = DeploymentLayout(tmp_path / "dev")

    with pytest.raises(
        LocalPipelineError, match=r"^Synthesis failed: AWS_REGION is odd \(see .*\)\.$"
    ):
        synthesise(tmp_path, deployment, {})


def test_a_failed_synthesis_leaves_the_last_good_one(tmp_path: Path) -> None:
    deployment = DeploymentLayout(tmp_path / "dev")
    written(deployment.synthesis, pipeline=[])
    (tmp_path / "main.py").write_text("raise SystemExit('no')\n")

    with pytest.raises(LocalPipelineError):
        synthesise(tmp_path, deployment, {"PATH": str(Path(sys.executable).parent)})

    assert read_synthesis(deployment.synthesis).stacks == ("pipeline",)
