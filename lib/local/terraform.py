"""Runs Terraform on one synthesised stack, against the engine."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lib.local.errors import LocalPipelineError
from lib.local.programs import run_logged

_KEPT_VARIABLES = ("TF_CLI_CONFIG_FILE", "TF_LOG", "TF_LOG_PATH", "TF_PLUGIN_CACHE_DIR")
_ERROR = re.compile(r"^[│╷ ]*Error: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Terraform:
    """Terraform on one stack; its state and working data lie outside the synthesised files."""

    program: str
    stack: str
    directory: Path
    state: Path
    data: Path
    environment: Mapping[str, str]
    log: Path

    def apply(self) -> None:
        """Make the engine hold what the stack describes; raises LocalPipelineError if not."""
        self._init()
        self._run("apply", "-input=false", "-auto-approve", "-no-color")

    def outputs(self) -> dict[str, str]:
        """Return the stack's outputs by their names in the stack."""
        printed = self._run("output", "-json", "-no-color")
        return {name: str(output["value"]) for name, output in json.loads(printed).items()}

    def destroy(self) -> None:
        """Remove from the engine all that the state knows of."""
        self._init()
        self._run("destroy", "-input=false", "-auto-approve", "-no-color")

    def _init(self) -> None:
        backend = f"-backend-config=path={self.state}"
        self._run("init", "-input=false", "-reconfigure", "-no-color", backend)

    def _run(self, subcommand: str, *arguments: str) -> str:
        done = run_logged(
            (self.program, f"-chdir={self.directory}", subcommand, *arguments),
            directory=self.directory,
            environment={
                **self.environment,
                "TF_DATA_DIR": str(self.data),
                "TF_IN_AUTOMATION": "1",
                "CHECKPOINT_DISABLE": "1",
            },
            log=self.log,
        )
        if done.returncode != 0:
            reason = _ERROR.search(done.stderr)
            told = reason[1].rstrip(".") if reason else f"it ended with {done.returncode}"
            raise LocalPipelineError(
                f"terraform {subcommand} of {self.stack} failed: {told} (see {self.log})."
            )
        return done.stdout


def terraform_environment(
    outer: Mapping[str, str], connection: Mapping[str, str], cli_configuration: Path | None
) -> dict[str, str]:
    """Return Terraform's environment: the engine's connection in place of the developer's own.

    The developer's AWS and TF variables are dropped: `AWS_ENDPOINT_URL_S3`, `AWS_ROLE_ARN`,
    `TF_WORKSPACE` or `TF_CLI_ARGS` would send calls elsewhere or the state into another file.
    """
    kept = {
        name: value
        for name, value in outer.items()
        if name in _KEPT_VARIABLES or not name.startswith(("AWS_", "TF_"))
    }
    named = {"TF_CLI_CONFIG_FILE": str(cli_configuration)} if cli_configuration else {}
    return {**kept, **connection, **named}
