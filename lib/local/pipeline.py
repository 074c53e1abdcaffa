"""The whole pipeline on one machine: brought up, brought down, asked how it is."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.deployment_target import ENDPOINT_SETTING
from lib.local.applied_stack import AppliedStack, read_applied
from lib.local.callers import Callers
from lib.local.certificate import ensure_certificate
from lib.local.deployment import Deployment
from lib.local.engine import Engine
from lib.local.engine_installation import install_engine, is_installed
from lib.local.environment import (
    connection_variables,
    output_variables,
    read_environment,
    without_proxy,
    write_environment,
)
from lib.local.errors import LocalPipelineError
from lib.local.layout import DeploymentLayout, Layout
from lib.local.outputs import localised
from lib.local.process_record import End
from lib.local.programs import find_terraform, node_major_version
from lib.local.provider_mirror import configure_provider
from lib.local.report import Report, SilentReport
from lib.local.settings import LocalSettings
from lib.local.stack_deployment import StackDeployment
from lib.local.synthesis import synthesise
from lib.local.trust import write_trust_bundle
from lib.settings import LOCAL_ACCOUNT, PROJECT_ROOT


@dataclass(frozen=True)
class Status:
    """How the local pipeline is; `pid` is None when the engine is stopped."""

    pid: int | None
    port: int
    healthy: bool
    api_endpoint: str | None
    suffix: str | None


class LocalPipeline:
    """One engine in one directory, and the stack deployed to it."""

    def __init__(
        self,
        settings: LocalSettings,
        environment: Mapping[str, str] | None = None,
        report: Report | None = None,
        project: Path = PROJECT_ROOT,
    ) -> None:
        """Take the stack from the project; the environment holds the stack's own settings."""
        self._settings = settings
        self._layout = Layout(settings.directory)
        self._environment = dict(os.environ if environment is None else environment)
        self._report = report or SilentReport()
        self._project = project
        self._engine = Engine(self._layout, settings.port, settings.region)

    def up(self) -> Deployment:
        """Start the engine, deploy the stack unless it is there unchanged, make the callers.

        Raises LocalPipelineError, in one sentence, if anything stands in the way.
        """
        find_terraform()
        node_major_version()
        with self._operation():
            self._install()
            self._start()
            callers = self._callers()
            callers.ensure_deployer()
            return self._publish(self._deploy(callers))

    def down(self, *, destroy: bool = False) -> bool:
        """Stop the engine; its data is kept unless it is to be destroyed.

        Returns False if the engine was not running.
        """
        with self._operation():
            was_running = self._engine.process() is not None
            if destroy:
                self._destroy()
            elif was_running:
                with self._report.step("Save the data and stop the engine"):
                    self._engine.stop()
            return was_running

    def status(self) -> Status:
        """Tell whether the engine runs, and what is deployed to it."""
        process = self._engine.process()
        port = process.port if process else self._settings.port
        variables = self.environment()
        return Status(
            pid=process.pid if process else None,
            port=port,
            healthy=process is not None
            and Engine(self._layout, port, self._settings.region).is_healthy(),
            api_endpoint=variables.get("API_ENDPOINT"),
            suffix=variables.get("ENVIRONMENT_SUFFIX"),
        )

    def environment(self) -> dict[str, str]:
        """Return what the last `up` exported; nothing before the first."""
        return read_environment(self._layout.environment_file)

    def _install(self) -> None:
        if not is_installed(self._layout):
            self._engine.stop()
            with self._report.step("Install the engine"):
                install_engine(self._layout)

    def _start(self) -> None:
        if process := self._engine.process():
            if process.port == self._settings.port and self._engine.is_healthy():
                return
            with self._report.step("Stop the engine, to start it as it is set now"):
                self._engine.stop()
        end = self._engine.last_end()
        kept_nothing = end is End.KILLED and not any(self._applied_deployments())
        if kept_nothing or end is End.KILLED_WHILE_SAVING:
            self._discard()
            self._report.note("The engine was killed and lost its data: deploying afresh.")
        elif end is End.KILLED:
            self._report.note(
                "The engine was killed: what it received since it last saved its data is lost."
            )
        with self._report.step("Start the engine"):
            self._start_process()

    def _start_process(self) -> None:
        ensure_certificate(self._layout.certificate, self._layout.private_key)
        write_trust_bundle(self._layout.trust_bundle, self._layout.certificate, self._environment)
        self._engine.start()

    def _deploy(self, callers: Callers) -> AppliedStack:
        deployment = self._stack_deployment(self._layout.deployment(self._settings.suffix))
        with self._report.step("Synthesise the stack"):
            synthesis = synthesise(self._project, deployment.layout, self._synthesis_environment())
        if applied := deployment.unchanged(synthesis):
            self._report.note("The engine holds exactly this stack: nothing to deploy.")
            callers.ensure_callers([*self._other_outputs(), applied.outputs])
            return applied
        # Attached, a policy that the stack no longer has could not be deleted.
        callers.detach_policies()
        applied = deployment.apply(synthesis)
        callers.ensure_callers([*self._other_outputs(), applied.outputs])
        # The engine saves only when it stops: from here on not even a kill undoes the deployment.
        with self._report.step("Save what was deployed"):
            self._engine.stop()
            self._engine.start()
        deployment.remember(applied)
        return applied

    def _publish(self, applied: AppliedStack) -> Deployment:
        outputs = localised(applied.outputs, self._engine.endpoint)
        configuration = configure_provider(self._environment, self._layout.cli_configuration)
        variables = {
            **connection_variables(
                self._layout, self._engine.endpoint, self._settings.region, caller="operator"
            ),
            **without_proxy(self._environment),
            **self._stack_settings(),
            **({"TF_CLI_CONFIG_FILE": str(configuration)} if configuration else {}),
            **output_variables(outputs),
        }
        write_environment(self._layout.environment_file, variables)
        return Deployment(
            endpoint=self._engine.endpoint,
            region=self._settings.region,
            suffix=self._settings.suffix,
            outputs=outputs,
            environment=variables,
            credentials_file=self._layout.credentials,
            trust_bundle=self._layout.trust_bundle,
        )

    def _destroy(self) -> None:
        deployments = list(self._applied_deployments())
        if deployments and self._engine.process() is None:
            with self._report.step("Start the engine"):
                self._start_process()
        if deployments:
            self._callers().detach_policies()
        for deployment in deployments:
            self._stack_deployment(deployment).destroy()
        with self._report.step("Stop the engine and remove its data"):
            self._engine.stop()
            self._discard()
            for file in (
                self._layout.credentials,
                self._layout.aws_config,
                self._layout.environment_file,
            ):
                file.unlink(missing_ok=True)

    def _discard(self) -> None:
        self._engine.discard_state()
        shutil.rmtree(self._layout.deployments, ignore_errors=True)

    def _applied_deployments(self) -> Iterator[DeploymentLayout]:
        for record in sorted(self._layout.deployments.glob("*/applied.json")):
            yield DeploymentLayout(record.parent)

    def _other_outputs(self) -> list[Mapping[str, str]]:
        """The outputs of what is deployed beside this suffix."""
        own = self._layout.deployment(self._settings.suffix).record
        records = [deployment.record for deployment in self._applied_deployments()]
        others = [read_applied(record) for record in records if record != own]
        return [applied.outputs for applied in others if applied]

    def _callers(self) -> Callers:
        return Callers(self._layout, self._engine.endpoint, self._settings.region)

    def _stack_deployment(self, layout: DeploymentLayout) -> StackDeployment:
        return StackDeployment(layout, self._engine, self._environment, self._report)

    def _stack_settings(self) -> dict[str, str]:
        return {
            "ENVIRONMENT_SUFFIX": self._settings.suffix,
            "AWS_ACCOUNT_ID": LOCAL_ACCOUNT,
            "AWS_REGION": self._settings.region,
            "PROTECT_DATA": "off",
        }

    def _synthesis_environment(self) -> dict[str, str]:
        # The state of what is on this machine stays on this machine.
        return {
            **self._environment,
            **self._stack_settings(),
            ENDPOINT_SETTING: self._engine.endpoint,
            "STATE_BUCKET": "",
        }

    @contextmanager
    def _operation(self) -> Iterator[None]:
        self._layout.directory.mkdir(parents=True, exist_ok=True)
        with self._layout.operation_lock.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as held:
                raise LocalPipelineError(
                    f"Another command is bringing the pipeline in {self._layout.directory} "
                    "up or down: wait until it has ended."
                ) from held
            yield
