"""One environment suffix of the stack on the engine: applied, recognised, destroyed."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass

from lib.local.applied_stack import AppliedStack, read_applied, write_applied
from lib.local.callers import DEPLOYER
from lib.local.engine import Engine
from lib.local.environment import connection_variables, without_proxy
from lib.local.layout import DeploymentLayout
from lib.local.outputs import api_path
from lib.local.programs import find_terraform
from lib.local.provider_mirror import configure_provider
from lib.local.report import Report
from lib.local.synthesis import Synthesis, read_synthesis
from lib.local.terraform import Terraform, terraform_environment

_API_IS_THERE = {http.client.OK, http.client.UNAUTHORIZED, http.client.FORBIDDEN}


@dataclass(frozen=True)
class StackDeployment:
    """Terraform's view of one suffix; `environment` is the developer's."""

    layout: DeploymentLayout
    engine: Engine
    environment: Mapping[str, str]
    report: Report

    def unchanged(self, synthesis: Synthesis) -> AppliedStack | None:
        """Return what was applied if that is exactly this synthesis and the engine still has it."""
        applied = read_applied(self.layout.record)
        if applied is None or applied.fingerprint != synthesis.fingerprint:
            return None
        answer = self.engine.status_of(f"{api_path(applied.outputs)}/health")
        return applied if answer in _API_IS_THERE else None

    def apply(self, synthesis: Synthesis) -> AppliedStack:
        """Apply every stack in its order; raises LocalPipelineError if Terraform fails."""
        self.layout.record.unlink(missing_ok=True)
        self.layout.terraform_log.unlink(missing_ok=True)
        outputs: dict[str, str] = {}
        for stack in synthesis.stacks:
            with self.report.step(f"Deploy {stack} with Terraform"):
                terraform = self._terraform(synthesis, stack)
                terraform.apply()
                outputs.update(terraform.outputs())
        return AppliedStack(synthesis.fingerprint, outputs)

    def remember(self, applied: AppliedStack) -> None:
        """Write down what was applied, once the engine has saved it."""
        write_applied(self.layout.record, applied)

    def destroy(self) -> None:
        """Destroy every stack in reverse order; raises LocalPipelineError if Terraform fails."""
        synthesis = read_synthesis(self.layout.synthesis)
        for stack in reversed(synthesis.stacks):
            with self.report.step(f"Destroy {stack} with Terraform"):
                self._terraform(synthesis, stack).destroy()

    def _terraform(self, synthesis: Synthesis, stack: str) -> Terraform:
        shared = self.engine.layout
        connection = {
            **connection_variables(shared, self.engine.endpoint, self.engine.region, DEPLOYER),
            **without_proxy(self.environment),
        }
        configuration = configure_provider(self.environment, shared.cli_configuration)
        return Terraform(
            program=find_terraform(),
            stack=stack,
            directory=synthesis.stack_directory(stack),
            state=self.layout.state(stack),
            data=self.layout.terraform_data(stack),
            environment=terraform_environment(self.environment, connection, configuration),
            log=self.layout.terraform_log,
        )
