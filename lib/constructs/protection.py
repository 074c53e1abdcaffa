"""What keeps a deployment from being destroyed by mistake, before anything of it is touched."""

from typing import cast

from cdktf import (
    DataResource,
    ITerraformDependable,
    LocalExecProvisioner,
    TerraformResource,
    TerraformResourceLifecycle,
)
from constructs import Construct

_DISPOSABLE = "disposable"
_REFUSAL = (
    "This environment was deployed as a protected one: "
    "deploy with PROTECT_DATA=off before you destroy."
)


class Protection(Construct):
    """Refuses to be destroyed, unless it was deployed as disposable before.

    Since it depends on all the resources that `scope` has by then, it is the first to be destroyed,
    and nothing else is if it refuses. Where it is protected now, Terraform itself refuses, and says
    its address. Where only the last deployment was, what that left in the state tells.
    """

    def __init__(self, scope: Construct, id_: str, *, protected: bool) -> None:
        super().__init__(scope, id_)
        everything = [one for one in scope.node.find_all() if isinstance(one, TerraformResource)]
        DataResource(
            self,
            "deploy_with_PROTECT_DATA_off_before_you_destroy",
            input={"data": "protected" if protected else _DISPOSABLE},
            depends_on=[cast(ITerraformDependable, one) for one in everything],
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
            provisioners=[
                LocalExecProvisioner(
                    type="local-exec",
                    when="destroy",
                    command=f"test '${{self.output.data}}' = {_DISPOSABLE} || "
                    f"{{ echo '{_REFUSAL}' >&2; exit 1; }}",
                )
            ],
        )
