"""Where the AWS provider is looked for, and what Terraform is told about it."""

import platform
import sys
from pathlib import Path

import pytest

from lib.local.errors import LocalPipelineError
from lib.local.provider_mirror import (
    PROVIDER_VERSION,
    configure_provider,
    find_provider_mirror,
    write_cli_configuration,
)

ARCHITECTURE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
TARGET = f"{sys.platform}_{ARCHITECTURE}"


def mirror_in(directory: Path, version: str = PROVIDER_VERSION, target: str = TARGET) -> Path:
    provider = directory / "registry.terraform.io" / "hashicorp" / "aws"
    (provider / version / target).mkdir(parents=True)
    return directory


@pytest.fixture
def nowhere(tmp_path: Path) -> dict[str, str]:
    """An environment whose home and data directories hold no provider."""
    empty = tmp_path / "empty"
    empty.mkdir()
    return {"HOME": str(empty), "XDG_DATA_DIRS": str(empty)}


@pytest.mark.parametrize("below", ["plugins", "vendor/plugins"])
def test_a_mirror_one_or_two_levels_below_a_usual_place_is_found(
    tmp_path: Path, nowhere: dict[str, str], below: str
) -> None:
    mirror = mirror_in(tmp_path / "opt" / below)

    assert find_provider_mirror(nowhere, places=[tmp_path / "opt"]) == mirror


def test_a_mirror_three_levels_down_is_not_searched_for(
    tmp_path: Path, nowhere: dict[str, str]
) -> None:
    mirror_in(tmp_path / "opt" / "a" / "b" / "c")

    assert find_provider_mirror(nowhere, places=[tmp_path / "opt"]) is None


def test_places_that_do_not_exist_are_passed_over(tmp_path: Path, nowhere: dict[str, str]) -> None:
    assert find_provider_mirror(nowhere, places=[tmp_path / "missing"]) is None


@pytest.mark.parametrize(("version", "target"), [("5.99.0", TARGET), (PROVIDER_VERSION, "plan9_x")])
def test_a_mirror_with_another_version_or_platform_does_not_count(
    tmp_path: Path, nowhere: dict[str, str], version: str, target: str
) -> None:
    mirror_in(tmp_path / "opt" / "plugins", version, target)

    assert find_provider_mirror(nowhere, places=[tmp_path / "opt"]) is None


def test_a_packed_provider_counts(tmp_path: Path, nowhere: dict[str, str]) -> None:
    mirror = tmp_path / "opt" / "plugins"
    provider = mirror / "registry.terraform.io" / "hashicorp" / "aws"
    provider.mkdir(parents=True)
    (provider / f"terraform-provider-aws_{PROVIDER_VERSION}_{TARGET}.zip").touch()

    assert find_provider_mirror(nowhere, places=[tmp_path / "opt"]) == mirror


def test_the_setting_comes_before_every_other_place(
    tmp_path: Path, nowhere: dict[str, str]
) -> None:
    mirror_in(tmp_path / "opt" / "plugins")
    chosen = mirror_in(tmp_path / "chosen")

    environment = {**nowhere, "PIPELINE_PROVIDER_MIRROR": str(chosen)}

    assert find_provider_mirror(environment, places=[tmp_path / "opt"]) == chosen


def test_a_setting_that_names_no_mirror_is_an_error(
    tmp_path: Path, nowhere: dict[str, str]
) -> None:
    environment = {**nowhere, "PIPELINE_PROVIDER_MIRROR": str(tmp_path)}

    with pytest.raises(LocalPipelineError, match="PIPELINE_PROVIDER_MIRROR names"):
        find_provider_mirror(environment, places=[])


def test_terraforms_own_directory_comes_before_the_systems_places(
    tmp_path: Path, nowhere: dict[str, str]
) -> None:
    mirror_in(tmp_path / "opt" / "plugins")
    own = mirror_in(Path(nowhere["HOME"]) / ".terraform.d" / "plugins")

    assert find_provider_mirror(nowhere, places=[tmp_path / "opt"]) == own


def test_the_configuration_takes_this_provider_alone_from_the_mirror(tmp_path: Path) -> None:
    file = tmp_path / "terraform.tfrc"

    write_cli_configuration(tmp_path / 'a "quoted" name', file)

    text = file.read_text()
    assert f'path    = "{tmp_path}/a \\"quoted\\" name"' in text
    assert 'include = ["registry.terraform.io/hashicorp/aws"]' in text
    assert 'exclude = ["registry.terraform.io/hashicorp/aws"]' in text


def test_what_the_user_configured_is_left_alone(tmp_path: Path, nowhere: dict[str, str]) -> None:
    (Path(nowhere["HOME"]) / ".terraformrc").write_text("provider_installation {}\n")

    assert configure_provider(nowhere, tmp_path / "own.tfrc") is None


def test_a_named_configuration_that_does_not_exist_is_replaced(
    tmp_path: Path, nowhere: dict[str, str]
) -> None:
    mirror = mirror_in(tmp_path / "chosen")
    file = tmp_path / "own.tfrc"
    environment = {
        **nowhere,
        "TF_CLI_CONFIG_FILE": str(tmp_path / "missing"),
        "PIPELINE_PROVIDER_MIRROR": str(mirror),
    }

    assert configure_provider(environment, file) == file
    assert str(mirror) in file.read_text()


def test_what_was_written_earlier_is_written_anew(tmp_path: Path, nowhere: dict[str, str]) -> None:
    mirror_in(Path(nowhere["HOME"]) / ".terraform.d" / "plugins")
    file = tmp_path / "own.tfrc"
    file.write_text("provider_installation { }  # of a mirror that has moved\n")

    assert configure_provider({**nowhere, "TF_CLI_CONFIG_FILE": str(file)}, file) == file
    assert ".terraform.d" in file.read_text()
