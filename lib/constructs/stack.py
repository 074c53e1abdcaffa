"""The base of the pipeline's stacks: readable addresses, the provider, and where state is kept."""

from cdktf import LocalBackend, S3Backend, TerraformElement, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from constructs import Construct, Node

from lib.settings import Settings


class AwsStack(TerraformStack):
    """A stack whose resources are addressed by their path: `aws_sqs_queue.ingestion_queue`."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, settings.stack_name)
        self.settings = settings
        AwsProvider(
            self,
            "aws",
            region=settings.aws_region,
            default_tags=[
                AwsProviderDefaultTags(
                    tags={
                        "Project": "iot-pipeline",
                        "Environment": settings.environment_suffix,
                        "ManagedBy": "cdktf",
                    }
                )
            ],
        )
        _keep_state(self, settings)

    def _allocate_logical_id(self, element: TerraformElement | Node) -> str:
        node = element if isinstance(element, Node) else element.node
        return "_".join(scope.node.id for scope in node.scopes[2:]).replace("-", "_")


def _keep_state(stack: AwsStack, settings: Settings) -> None:
    name = f"{settings.stack_name}.tfstate"
    if not settings.state_bucket:
        # Relative to cdktf.out/stacks/<stack>: the project's root, wherever that is.
        LocalBackend(stack, path=f"../../../{name}")
        return
    S3Backend(
        stack,
        bucket=settings.state_bucket,
        key=f"iot-pipeline/{name}",
        region=settings.aws_region,
        encrypt=True,
    )
    # Locks in the bucket itself; the binding is older than Terraform's option.
    stack.add_override("terraform.backend.s3.use_lockfile", True)
