import pytest

from lib.settings import Settings, SettingsError


def test_an_empty_environment_gives_the_defaults():
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment({"ALARM_EMAIL": " "}) == Settings()


def test_every_setting_is_read_from_its_variable():
    settings = Settings.from_environment(
        {"ENVIRONMENT_SUFFIX": "prod", "AWS_REGION": "eu-central-1", "RESERVED_CONCURRENCY": "0"}
    )
    assert (settings.environment_suffix, settings.reserved_concurrency) == ("prod", 0)
    assert settings.stack_name == "iot-pipeline-prod"


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
        ("LOG_RETENTION_DAYS", "31"),
        ("LOG_RETENTION_DAYS", "a month"),
        ("RESERVED_CONCURRENCY", "1"),
        ("RESERVED_CONCURRENCY", "-1"),
        ("THROTTLE_REQUESTS_PER_SECOND", "10001"),
        ("THROTTLE_BURST", "99999"),
        ("ALARM_EMAIL", "nobody"),
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


def test_every_fault_is_named_at_once():
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"AWS_REGION": "x", "ALARM_EMAIL": "y", "THROTTLE_BURST": "z"})
    for name in ("AWS_REGION", "ALARM_EMAIL", "THROTTLE_BURST"):
        assert name in str(refused.value)
