import re
from dataclasses import fields
from decimal import Decimal

import pytest

from lib.settings import PROJECT_ROOT, Settings, SettingsError


def test_an_empty_environment_gives_the_defaults():
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment({"ALARM_EMAIL": " "}) == Settings()


# Of each setting another value than its default.
CHANGED = {
    "ENVIRONMENT_SUFFIX": ("prod", "prod"),
    "AWS_REGION": ("eu-central-1", "eu-central-1"),
    "AWS_ACCOUNT_ID": ("123456789012", "123456789012"),
    "ARCHITECTURE": ("x86_64", "x86_64"),
    "LAMBDA_RUNTIME": ("python3.13", "python3.13"),
    "LOG_RETENTION_DAYS": ("90", 90),
    "RESERVED_CONCURRENCY": ("0", 0),
    "THROTTLE_REQUESTS_PER_SECOND": ("7", 7),
    "THROTTLE_BURST": ("8", 8),
    "API_METHOD_METRICS": ("on", True),
    "TRACED_PERCENT": ("5", Decimal(5)),
    "ALARM_EMAIL": ("ops@example.org", "ops@example.org"),
    "RAW_RETENTION_DAYS": ("400", 400),
    "LATENESS_SECONDS": ("60", 60),
    "READING_RETENTION_DAYS": ("30", 30),
    "PARAMETERS_FRESH_SECONDS": ("5", 5),
    "PROTECT_DATA": ("off", False),
    "STATE_BUCKET": ("our-state", "our-state"),
    "STATE_REGION": ("eu-west-1", "eu-west-1"),
}


def test_every_setting_is_read_from_its_variable():
    changed = Settings.from_environment({name: text for name, (text, _) in CHANGED.items()})
    read = {field.name.upper(): getattr(changed, field.name) for field in fields(Settings)}
    assert read == {name: value for name, (_, value) in CHANGED.items()}
    assert changed.stack_name == "iot-pipeline-prod"


def test_every_setting_is_in_the_readme():
    readme = (PROJECT_ROOT / "README.md").read_text()
    named = set(re.findall(r"`([A-Z_]+)`", readme[readme.index("| variable") :]))
    assert named >= CHANGED.keys()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT_SUFFIX", "Prod"),
        ("ENVIRONMENT_SUFFIX", "-a"),
        ("ENVIRONMENT_SUFFIX", "a" * 21),
        ("ENVIRONMENT_SUFFIX", "x-dlq"),
        ("AWS_ACCOUNT_ID", "1234"),
        ("AWS_REGION", "here"),
        ("STATE_REGION", "there"),
        ("PROTECT_DATA", "maybe"),
        ("ARCHITECTURE", "z80"),
        ("LAMBDA_RUNTIME", "nodejs20.x"),
        ("LAMBDA_RUNTIME", "python3.10"),
        ("LOG_RETENTION_DAYS", "31"),
        ("LOG_RETENTION_DAYS", "a month"),
        ("RAW_RETENTION_DAYS", "9" * 5_000),
        ("RESERVED_CONCURRENCY", "1"),
        ("RESERVED_CONCURRENCY", "-1"),
        ("THROTTLE_REQUESTS_PER_SECOND", "10001"),
        ("THROTTLE_BURST", "99999"),
        ("TRACED_PERCENT", "101"),
        ("TRACED_PERCENT", "100.1"),
        ("TRACED_PERCENT", "-1"),
        ("TRACED_PERCENT", "5 %"),
        ("TRACED_PERCENT", "nan"),
        ("TRACED_PERCENT", "0.00001"),
        ("ALARM_EMAIL", "nobody"),
        ("READING_RETENTION_DAYS", "29"),
        ("READING_RETENTION_DAYS", "3651"),
        ("PARAMETERS_FRESH_SECONDS", "4"),
        ("PARAMETERS_FRESH_SECONDS", "901"),
        ("LATENESS_SECONDS", "86401"),
        ("STATE_BUCKET", "Not A Bucket"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name, value):
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})


def test_a_switch_is_on_or_off():
    assert Settings.from_environment({}).protect_data
    assert not Settings.from_environment({"PROTECT_DATA": "off"}).protect_data


@pytest.mark.parametrize("percent", ["0", "0.1", "12.5", "100"])
def test_a_percentage_is_taken_exactly(percent):
    assert str(Settings.from_environment({"TRACED_PERCENT": percent}).traced_percent) == percent


def test_every_fault_is_named_at_once():
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"AWS_REGION": "x", "ALARM_EMAIL": "y", "THROTTLE_BURST": "z"})
    for name in ("AWS_REGION", "ALARM_EMAIL", "THROTTLE_BURST"):
        assert name in str(refused.value)
