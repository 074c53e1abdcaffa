"""What the local pipeline looks like to those who use it, once it is up."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lib.local.callers import AccessKey, read_access_keys
from lib.local.environment import applied_to


@dataclass(frozen=True)
class Deployment:
    """A deployed stack on a running engine; `environment` is what `.local/env` exports."""

    endpoint: str
    region: str
    suffix: str
    outputs: Mapping[str, str]
    environment: Mapping[str, str]
    credentials_file: Path
    trust_bundle: Path

    @property
    def api_endpoint(self) -> str:
        """The URL of the API's stage, without a slash at the end."""
        return self.outputs["ApiEndpoint"]

    def access_key(self, caller: str) -> AccessKey:
        """Return the key of `deployer`, `writer`, `reader` or `operator`."""
        return read_access_keys(self.credentials_file)[caller]

    def environment_within(self, outer: Mapping[str, str]) -> dict[str, str]:
        """Return an environment as a shell would have it after sourcing `.local/env`."""
        return applied_to(outer, self.environment)
