"""What a deployment can set, read from the environment and validated as a whole."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path

from lib.concurrency import Concurrency

PROJECT_ROOT = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"
# How the name of a dead-letter queue ends.
DEAD_LETTERS = "dlq"
MINIMUM_TERRAFORM = "1.11"
# What the code runs on and the provider knows: the code needs 3.11.
RUNTIMES = ("python3.11", "python3.12", "python3.13")
# No account of AWS has this number.
LOCAL_ACCOUNT = "0" * 12

# Retention periods that CloudWatch Logs knows.
_RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653)
_MOST_DIGITS, _MOST_SHOWN = 9, 40
_SWITCHES = {"on": True, "off": False}
_ARCHITECTURES = ("arm64", "x86_64")
# IAM's 64 characters leave room for more in a role's name; queues and people want less.
_SUFFIX = re.compile(r"[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?")
_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PERCENT = re.compile(r"\d{1,3}(\.\d{1,4})?", re.ASCII)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class SettingsError(Exception):
    """The environment holds settings that cannot be used; the text names every one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One deployment's settings; each is an environment variable of the same name in capitals.

    aws_account_id: the account that is deployed to; empty for that of the credentials.
    reserved_concurrency: simultaneous runs of each main function; 0 reserves none.
    throttle_requests_per_second and throttle_burst: limits of each of the API's methods; 0 for
    what the reserved concurrency can answer.
    api_method_metrics: whether CloudWatch counts each method by itself, at its price.
    traced_percent: of the API's calls beyond the first of each second, how many X-Ray traces, at
    its price; 0 traces none at all.
    alarm_email: who is told of alarms; empty for nobody.
    raw_retention_days: how long bodies of device states are kept as they were sent.
    reading_retention_days: how long readings are kept from when they were received; 0 for ever.
    parameters_fresh_seconds: how soon, at the latest, the functions follow a changed parameter. By
    chance they read up to a third sooner: 1,600 runs at once that read every 40 to 60 s stay below
    SSM's default of 40 reads a second.
    lateness_seconds: how far a reading may be behind the newest of its device and still raise
    alerts.
    protect_data: whether tables and bucket refuse to be destroyed, and the key takes 30 days.
    state_bucket: S3 bucket of Terraform's state; empty for a local file.
    state_region: the bucket's region; empty for that of the deployment.
    """

    environment_suffix: str = "dev"
    aws_account_id: str = ""
    aws_region: str = "us-east-1"
    architecture: str = "arm64"
    lambda_runtime: str = "python3.11"
    log_retention_days: int = 30
    reserved_concurrency: int = 100
    throttle_requests_per_second: int = 0
    throttle_burst: int = 0
    api_method_metrics: bool = False
    # At 1,000 calls a second, two of them are traced: some 4 cents an hour.
    traced_percent: Decimal = Decimal("0.1")
    alarm_email: str = ""
    raw_retention_days: int = 365
    reading_retention_days: int = 0
    parameters_fresh_seconds: int = 60
    lateness_seconds: int = 900
    protect_data: bool = True
    state_bucket: str = ""
    state_region: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings; raises SettingsError that names every fault."""
        given: dict[str, str | int | bool | Decimal] = {}
        faults: list[str] = []
        for setting in fields(cls):
            name = setting.name.upper()
            text = environment.get(name, "").strip()
            if not text:
                continue
            if setting.type is int:
                if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
                    given[setting.name] = int(text)
                else:
                    faults.append(f"{name} must be a whole number, not {text[:_MOST_SHOWN]!r}")
            elif setting.type is Decimal:
                if _PERCENT.fullmatch(text):
                    given[setting.name] = Decimal(text)
                else:
                    faults.append(f"{name} must be a number like 0.1, not {text[:_MOST_SHOWN]!r}")
            elif setting.type is bool:
                if text in _SWITCHES:
                    given[setting.name] = _SWITCHES[text]
                else:
                    faults.append(f"{name} must be on or off, not {text!r}")
            else:
                given[setting.name] = text
        settings = cls(**given)  # type: ignore[arg-type]
        faults.extend(settings._faults())
        if faults:
            raise SettingsError("; ".join(faults) + ".")
        return settings

    @property
    def concurrency(self) -> Concurrency:
        """How many functions of each class may run at once."""
        return Concurrency(self.reserved_concurrency)

    @property
    def stack_name(self) -> str:
        """The stack's name, one per suffix."""
        return f"iot-pipeline-{self.environment_suffix}"

    @property
    def state_file(self) -> str:
        """The local file of Terraform's state: one for each account, region and suffix."""
        return f"{self.stack_name}-{self.aws_account_id}-{self.aws_region}.tfstate"

    @property
    def state_key(self) -> str:
        """The key of Terraform's state in its bucket."""
        place = f"{self.aws_account_id}/{self.aws_region}"
        return f"iot-pipeline/{place}/{self.environment_suffix}.tfstate"

    def named(self, name: str) -> str:
        """A resource's name with the environment suffix."""
        return f"{name}-{self.environment_suffix}"

    def parameter_name(self, name: str) -> str:
        """A parameter's name in SSM Parameter Store."""
        return f"/iot-pipeline/{self.environment_suffix}/{name}"

    def _faults(self) -> list[str]:
        checks = (
            (
                _SUFFIX.fullmatch(self.environment_suffix),
                "ENVIRONMENT_SUFFIX must be 1 to 20 lower-case letters, digits and inner hyphens",
            ),
            (
                not self.environment_suffix.endswith(f"-{DEAD_LETTERS}"),
                # The queues of `x-dlq` would be the dead-letter queues of `x`.
                f"ENVIRONMENT_SUFFIX must not end in -{DEAD_LETTERS}",
            ),
            (
                not self.aws_account_id or _ACCOUNT.fullmatch(self.aws_account_id),
                "AWS_ACCOUNT_ID must be the 12 digits of an account",
            ),
            (_REGION.fullmatch(self.aws_region), "AWS_REGION must be a region like eu-central-1"),
            (
                not self.state_region or _REGION.fullmatch(self.state_region),
                "STATE_REGION must be a region like eu-central-1",
            ),
            (
                self.architecture in _ARCHITECTURES,
                f"ARCHITECTURE must be {' or '.join(_ARCHITECTURES)}",
            ),
            (
                self.lambda_runtime in RUNTIMES,
                f"LAMBDA_RUNTIME must be one of {', '.join(RUNTIMES)}",
            ),
            (
                self.log_retention_days in _RETENTION_DAYS,
                f"LOG_RETENTION_DAYS must be one of {', '.join(map(str, _RETENTION_DAYS))}",
            ),
            (
                self.reserved_concurrency == 0 or 2 <= self.reserved_concurrency <= 1_000,
                "RESERVED_CONCURRENCY must be 0 (none) or from 2 to 1000",
            ),
            (
                self.throttle_requests_per_second <= 10_000,
                "THROTTLE_REQUESTS_PER_SECOND must be from 0 (by RESERVED_CONCURRENCY) to 10000",
            ),
            (
                self.throttle_burst <= 5_000,
                "THROTTLE_BURST must be from 0 (by RESERVED_CONCURRENCY) to 5000",
            ),
            (
                self.traced_percent <= 100,
                "TRACED_PERCENT must be from 0 (no traces) to 100",
            ),
            (
                1 <= self.raw_retention_days <= 3_650,
                "RAW_RETENTION_DAYS must be from 1 to 3650",
            ),
            (
                # Whatever may still come of readings finds them: messages and their dead letters up
                # to 25 days later, repeats under an Idempotency-Key up to 30.
                self.reading_retention_days == 0 or 30 <= self.reading_retention_days <= 3_650,
                "READING_RETENTION_DAYS must be 0 (for ever) or from 30 to 3650",
            ),
            (
                5 <= self.parameters_fresh_seconds <= 900,
                "PARAMETERS_FRESH_SECONDS must be from 5 to 900",
            ),
            (
                self.lateness_seconds <= 86_400,
                "LATENESS_SECONDS must be from 0 to 86400",
            ),
            (
                not self.alarm_email or _EMAIL.fullmatch(self.alarm_email),
                "ALARM_EMAIL must be an e-mail address",
            ),
            (
                not self.state_bucket or _BUCKET.fullmatch(self.state_bucket),
                "STATE_BUCKET must be the name of an S3 bucket",
            ),
        )
        return [message for holds, message in checks if not holds]
