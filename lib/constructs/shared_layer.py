"""The layer that all functions share: the packages of `lambda/requirements.txt`."""

from cdktf import Annotations, AssetType, TerraformAsset
from cdktf_cdktf_provider_aws.lambda_layer_version import LambdaLayerVersion
from constructs import Construct

from lib.packaging.bytecode import RUNTIME
from lib.packaging.layer import LayerPackage


class SharedLayer(Construct):
    """A layer version; it holds no machine code, so it fits every architecture."""

    def __init__(
        self, scope: Construct, id_: str, *, name: str, package: LayerPackage, runtime: str
    ) -> None:
        super().__init__(scope, id_)
        if runtime != RUNTIME:
            Annotations.of(self).add_warning(
                f"The packages hold bytecode of {RUNTIME}, which builds them; {runtime} passes over"
                " it and compiles their sources at every cold start."
            )
        content = TerraformAsset(self, "content", path=str(package.path), type=AssetType.FILE)
        layer = LambdaLayerVersion(
            self,
            "layer",
            layer_name=name,
            description="Packages of lambda/requirements.txt",
            filename=content.path,
            source_code_hash=package.sha256_base64,
            compatible_runtimes=[runtime],
            compatible_architectures=["arm64", "x86_64"],
        )
        self.arn = layer.arn
