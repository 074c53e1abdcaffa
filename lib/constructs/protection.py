"""What keeps a deployment from being destroyed by mistake, before anything of it is touched."""

from cdktf import DataResource, TerraformResourceLifecycle
from constructs import Construct


class Protection(Construct):
    """Nothing but a resource that may not be destroyed: its address is what Terraform then says."""

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        DataResource(
            self,
            "deploy_with_PROTECT_DATA_off_before_you_destroy",
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
        )
