"""Where everything that the local pipeline keeps lies below one directory."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DeploymentLayout:
    """The files of one deployed environment suffix."""

    directory: Path

    @property
    def synthesis(self) -> Path:
        """The synthesised stacks, as CDKTF lays them out."""
        return self.directory / "cdktf.out"

    @property
    def record(self) -> Path:
        """What was last applied, and its outputs."""
        return self.directory / "applied.json"

    @property
    def synthesis_log(self) -> Path:
        """What the last synthesis printed."""
        return self.directory / "synthesis.log"

    @property
    def terraform_log(self) -> Path:
        """What Terraform printed since the last synthesis."""
        return self.directory / "terraform.log"

    def state(self, stack: str) -> Path:
        """Terraform's state of one stack."""
        return self.directory / f"{stack}.tfstate"

    def terraform_data(self, stack: str) -> Path:
        """Terraform's working data of one stack (`TF_DATA_DIR`)."""
        return self.directory / "terraform" / stack


@dataclass(frozen=True)
class Layout:
    """The files of one engine and of what is deployed to it; `directory` is absolute."""

    directory: Path

    @property
    def operation_lock(self) -> Path:
        """Held while the pipeline is brought up or down."""
        return self.directory / "lock"

    @property
    def engine_venv(self) -> Path:
        """The virtual environment that holds the engine and nothing else."""
        return self.directory / "engine" / "venv"

    @property
    def engine_state(self) -> Path:
        """What the engine saves when it stops."""
        return self.directory / "engine" / "state"

    @property
    def engine_objects(self) -> Path:
        """The bodies of the engine's S3 objects."""
        return self.directory / "engine" / "s3"

    @property
    def engine_scratch(self) -> Path:
        """The engine's and its functions' temporary directory and home."""
        return self.directory / "engine" / "tmp"

    @property
    def engine_log(self) -> Path:
        """What the engine prints."""
        return self.directory / "engine" / "engine.log"

    @property
    def process_record(self) -> Path:
        """The engine's process id and port, locked by the engine as long as it lives."""
        return self.directory / "engine" / "process.json"

    @property
    def certificate(self) -> Path:
        """The engine's TLS certificate."""
        return self.directory / "tls" / "engine.pem"

    @property
    def private_key(self) -> Path:
        """The private key of the engine's certificate."""
        return self.directory / "tls" / "engine.key"

    @property
    def trust_bundle(self) -> Path:
        """The machine's root certificates and the engine's certificate in one file."""
        return self.directory / "tls" / "trust.pem"

    @property
    def root_secret(self) -> Path:
        """The secret of the engine's root, who makes the callers."""
        return self.directory / "aws" / "root"

    @property
    def credentials(self) -> Path:
        """The access keys of the callers, as an AWS shared credentials file."""
        return self.directory / "aws" / "credentials"

    @property
    def aws_config(self) -> Path:
        """The callers' profiles, as an AWS configuration file."""
        return self.directory / "aws" / "config"

    @property
    def cli_configuration(self) -> Path:
        """Terraform's CLI configuration, where a provider mirror was found."""
        return self.directory / "terraform.tfrc"

    @property
    def environment_file(self) -> Path:
        """The variables that a shell sources."""
        return self.directory / "env"

    @property
    def deployments(self) -> Path:
        """One directory for each environment suffix."""
        return self.directory / "deployments"

    def deployment(self, suffix: str) -> DeploymentLayout:
        """The files of one environment suffix."""
        return DeploymentLayout(self.deployments / suffix)
