"""Finds an AWS provider that is on this machine already, so that Terraform need not download it."""

import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lib.local.errors import LocalPipelineError

SETTING = "PIPELINE_PROVIDER_MIRROR"
PROVIDER_VERSION = "5.100.0"
"""The version that the stack's provider bindings ask for."""

_PROVIDER = "registry.terraform.io/hashicorp/aws"

_ADD_ON_PLACES = (
    "/opt",
    "/usr/share",
    "/usr/lib",
    "/usr/local/share",
    "/usr/local/lib",
    "/usr/local/opt",
    "/srv",
    "/var/lib",
)
"""Where systems keep add-on software (Filesystem Hierarchy Standard 3.0, §3.13, §4.9–4.11)."""


def find_provider_mirror(
    environment: Mapping[str, str], places: Iterable[str | Path] = _ADD_ON_PLACES
) -> Path | None:
    """Return the directory to give Terraform as a filesystem mirror, or None if there is none.

    The setting `PIPELINE_PROVIDER_MIRROR` comes first, then the directories where Terraform
    itself looks, then `places`, one or two levels deep. A directory counts only if it holds the
    provider for this platform. Raises LocalPipelineError if the setting names one that does not.
    """
    if setting := environment.get(SETTING):
        mirror = Path(setting).absolute()
        if not _holds_provider(mirror):
            raise LocalPipelineError(
                f"{SETTING} names {mirror}, which holds no {_PROVIDER} {PROVIDER_VERSION} "
                f"for {_target()}."
            )
        return mirror
    candidates = (*_implied_directories(environment), *_below(places))
    return next(filter(_holds_provider, candidates), None)


def write_cli_configuration(mirror: Path, file: Path) -> None:
    """Write a Terraform CLI configuration that takes the AWS provider from the mirror."""
    path = str(mirror).replace("\\", "\\\\").replace('"', '\\"')
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        f'    path    = "{path}"\n'
        f'    include = ["{_PROVIDER}"]\n'
        "  }\n"
        "  direct {\n"
        f'    exclude = ["{_PROVIDER}"]\n'
        "  }\n"
        "}\n",
        encoding="utf-8",
    )


def configure_provider(environment: Mapping[str, str], file: Path) -> Path | None:
    """Write the CLI configuration to `file` if a mirror is found and nothing else is configured.

    Returns the configuration to name in `TF_CLI_CONFIG_FILE`; None leaves Terraform to itself.
    """
    if SETTING not in environment and _configured_by_user(environment, file):
        return None
    if (mirror := find_provider_mirror(environment)) is None:
        return None
    write_cli_configuration(mirror, file)
    return file


def _configured_by_user(environment: Mapping[str, str], own_file: Path) -> bool:
    home = Path(environment.get("HOME", "~")).expanduser()
    configuration = Path(environment.get("TF_CLI_CONFIG_FILE") or home / ".terraformrc")
    # What the pipeline wrote earlier is written anew: the mirror may have moved.
    if configuration == own_file:
        return False
    try:
        return "provider_installation" in configuration.read_text(encoding="utf-8")
    except OSError:
        return False


def _implied_directories(environment: Mapping[str, str]) -> Iterator[Path]:
    home = Path(environment.get("HOME", "~")).expanduser()
    yield home / ".terraform.d" / "plugins"
    if sys.platform == "darwin":
        yield home / "Library" / "Application Support" / "io.terraform" / "plugins"
        yield Path("/Library/Application Support/io.terraform/plugins")
        return
    own = environment.get("XDG_DATA_HOME") or str(home / ".local" / "share")
    shared = environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    for directory in (own, *shared.split(os.pathsep)):
        yield Path(directory) / "terraform" / "plugins"


def _below(places: Iterable[str | Path]) -> Iterator[Path]:
    for place in places:
        for levels in ("*", "*/*"):
            for provider in sorted(Path(place).glob(f"{levels}/{_PROVIDER}")):
                yield provider.parents[2]


def _holds_provider(mirror: Path) -> bool:
    provider = mirror / _PROVIDER
    packed = provider / f"terraform-provider-aws_{PROVIDER_VERSION}_{_target()}.zip"
    return (provider / PROVIDER_VERSION / _target()).is_dir() or packed.is_file()


def _target() -> str:
    machine = platform.machine().lower()
    architecture = {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
    return f"{sys.platform}_{architecture}"
