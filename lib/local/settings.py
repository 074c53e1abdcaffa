"""The local pipeline's settings, from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lib.local.engine import PORT_SETTING
from lib.local.errors import LocalPipelineError
from lib.settings import PROJECT_ROOT, Settings, SettingsError

DIRECTORY_SETTING = "PIPELINE_DIRECTORY"
DEFAULT_PORT = 4566


@dataclass(frozen=True)
class LocalSettings:
    """Where the local pipeline lives, and as what it is deployed."""

    directory: Path
    port: int
    region: str
    suffix: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "LocalSettings":
        """Read the settings; raises LocalPipelineError if one makes no sense."""
        try:
            stack = Settings.from_environment(environment)
        except SettingsError as error:
            raise LocalPipelineError(str(error)) from error
        directory = Path(environment.get(DIRECTORY_SETTING) or PROJECT_ROOT / ".local")
        return cls(
            directory=directory.absolute(),
            port=_port(environment.get(PORT_SETTING) or str(DEFAULT_PORT)),
            region=stack.aws_region,
            suffix=stack.environment_suffix,
        )


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65_536:
        return int(text)
    raise LocalPipelineError(f"{PORT_SETTING} must be a port from 1 to 65535, not {text!r}.")
