"""The base of the pipeline's stacks: readable addresses, the provider, and where state is kept."""

from cdktf import Annotations, LocalBackend, S3Backend, TerraformElement, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from constructs import Construct, Node

from lib.settings import LOCAL_ACCOUNT, MINIMUM_TERRAFORM, Settings


class AwsStack(TerraformStack):
    """A stack whose resources are addressed by their path: `aws_sqs_queue.ingestion_queue`."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        self._addressed: dict[str, str] = {}
        super().__init__(scope, settings.stack_name)
        self.settings = settings
        AwsProvider(
            self,
            "aws",
            region=settings.aws_region,
            allowed_account_ids=[settings.aws_account_id],
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
        # The first that hands over secrets without keeping them in its state.
        self.add_override("terraform.required_version", f">= {MINIMUM_TERRAFORM}")
        _keep_state(self, settings)
        Annotations.of(self).add_info(_target(settings))

    def _allocate_logical_id(self, element: TerraformElement | Node) -> str:
        node = element if isinstance(element, Node) else element.node
        address = "_".join(scope.node.id for scope in node.scopes[2:]).replace("-", "_")
        if self._addressed.setdefault(address, node.path) != node.path:
            raise ValueError(f"{node.path} and {self._addressed[address]} would have one address")
        return address


def _keep_state(stack: AwsStack, settings: Settings) -> None:
    if not settings.state_bucket:
        # Relative to cdktf.out/stacks/<stack>: the project's root, wherever that is.
        LocalBackend(stack, path=f"../../../{settings.state_file}")
        return
    S3Backend(
        stack,
        bucket=settings.state_bucket,
        key=settings.state_key,
        region=settings.state_region or settings.aws_region,
        encrypt=True,
    )
    # Locks in the bucket itself; the binding is older than Terraform's option.
    stack.add_override("terraform.backend.s3.use_lockfile", True)


def _target(settings: Settings) -> str:
    account = f"account {settings.aws_account_id}"
    if settings.aws_account_id == LOCAL_ACCOUNT:
        account = "the engine on this machine"
    state = settings.state_file
    if settings.state_bucket:
        state = f"s3://{settings.state_bucket}/{settings.state_key}"
    protection = "protected" if settings.protect_data else "not protected"
    return (
        f"Environment {settings.environment_suffix} in {account}, region {settings.aws_region}; "
        f"its data is {protection}, its state is {state}."
    )
