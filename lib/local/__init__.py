"""The pipeline on one machine: the stack that goes to AWS, deployed to an embedded engine."""

from lib.local.callers import AccessKey
from lib.local.deployment import Deployment
from lib.local.errors import LocalPipelineError
from lib.local.pipeline import LocalPipeline, Status
from lib.local.report import Report, SilentReport
from lib.local.settings import LocalSettings

__all__ = [
    "AccessKey",
    "Deployment",
    "LocalPipeline",
    "LocalPipelineError",
    "LocalSettings",
    "Report",
    "SilentReport",
    "Status",
]
