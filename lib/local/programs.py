"""The programs that the machine must bring, and how they are run."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from lib.local.errors import LocalPipelineError
from lib.settings import MINIMUM_TERRAFORM

MINIMUM_NODE_MAJOR = 18


def find_terraform() -> str:
    """Return the path of Terraform or OpenTofu; raises LocalPipelineError if neither is there."""
    for name in ("terraform", "tofu"):
        if path := shutil.which(name):
            return path
    raise LocalPipelineError(
        f"Terraform is missing: install Terraform or OpenTofu {MINIMUM_TERRAFORM} or later and put "
        "it on the PATH."
    )


def node_major_version() -> int:
    """Return Node.js's major version; raises LocalPipelineError if it is missing or too old."""
    wanted = f"install Node.js {MINIMUM_NODE_MAJOR} or later and put it on the PATH."
    if shutil.which("node") is None:
        raise LocalPipelineError(f"Node.js is missing, and CDKTF needs it: {wanted}")
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.", answer.stdout)
    if version is None:
        raise LocalPipelineError(f"Node.js does not tell its version: {wanted}")
    if (major := int(version[1])) < MINIMUM_NODE_MAJOR:
        raise LocalPipelineError(f"Node.js {major} is too old for CDKTF: {wanted}")
    return major


def run_logged(
    command: Sequence[str], *, directory: Path, environment: Mapping[str, str], log: Path
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and append all that it prints to the log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(
        command,
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            stdout, stderr = process.communicate()
        except KeyboardInterrupt:
            # Ctrl-C reached the program as well; Terraform loses its state if it is cut off.
            process.communicate()
            raise
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ {' '.join(command)}\n{stdout}{stderr}\n")
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)
