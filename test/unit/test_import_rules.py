"""The import rules are about every package there is, so that none can be left out of them."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
PACKAGES = {path.parent.name for path in ROOT.glob("lambda/*/__init__.py")}


def test_every_package_that_runs_in_aws_is_looked_at():
    assert {*PACKAGES, "lib", "iot_pipeline"} == set(RULES["root_packages"])


def test_every_package_that_runs_in_aws_has_its_layer():
    (layers,) = (
        rule["layers"] for rule in RULES["contracts"] if "functions" in rule.get("layers", ())
    )
    assert {name for layer in layers for name in layer.split(" | ")} == PACKAGES
