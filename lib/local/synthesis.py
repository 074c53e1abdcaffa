"""Runs the CDKTF program and reads what it made."""

import hashlib
import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from lib.local.errors import LocalPipelineError
from lib.local.layout import DeploymentLayout
from lib.local.programs import node_major_version, run_logged

_WRITTEN_BY_TERRAFORM = ".terraform"


@dataclass(frozen=True)
class Synthesis:
    """The synthesised stacks, in the order in which they are deployed."""

    directory: Path
    stacks: tuple[str, ...]
    fingerprint: str

    def stack_directory(self, stack: str) -> Path:
        """Return the directory that Terraform runs in for one stack."""
        return self.directory / "stacks" / stack


def synthesise(
    project: Path, deployment: DeploymentLayout, environment: Mapping[str, str]
) -> Synthesis:
    """Run the project's `main.py` and read the result.

    Raises LocalPipelineError if Node.js is missing or the program fails.
    """
    node_major = node_major_version()
    # An empty directory each time: assets of an earlier synthesis would count in the fingerprint.
    staged = deployment.synthesis.with_suffix(".new")
    shutil.rmtree(staged, ignore_errors=True)
    deployment.synthesis_log.unlink(missing_ok=True)
    done = run_logged(
        (sys.executable, "main.py"),
        directory=project,
        environment={
            **environment,
            "CDKTF_OUTDIR": str(staged),
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": str(node_major),
        },
        log=deployment.synthesis_log,
    )
    if done.returncode != 0:
        last_line = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        reason = last_line.strip(" .").removeprefix("error: ")
        raise LocalPipelineError(f"Synthesis failed: {reason} (see {deployment.synthesis_log}).")
    shutil.rmtree(deployment.synthesis, ignore_errors=True)
    staged.rename(deployment.synthesis)
    return read_synthesis(deployment.synthesis)


def read_synthesis(directory: Path) -> Synthesis:
    """Read a directory that CDKTF wrote; raises LocalPipelineError if there is none."""
    try:
        manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise LocalPipelineError(f"There is no synthesised stack in {directory}.") from missing
    dependencies = {
        name: stack.get("dependencies", []) for name, stack in manifest["stacks"].items()
    }
    stacks = tuple(TopologicalSorter(dependencies).static_order())
    return Synthesis(directory, stacks, fingerprint(_synthesised_files(directory), directory))


def fingerprint(files: Iterable[Path], root: Path) -> str:
    """Return a digest of the files' contents and of their paths below the root."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _synthesised_files(directory: Path) -> Iterator[Path]:
    for file in (directory / "stacks").rglob("*"):
        if file.is_file() and not file.name.startswith(_WRITTEN_BY_TERRAFORM):
            yield file
