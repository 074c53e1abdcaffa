"""A bucket: private, encrypted with the stack's key, its objects moved to colder storage."""

from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
    S3BucketLifecycleConfigurationRuleTransition,
)
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import (
    S3BucketVersioningA,
    S3BucketVersioningVersioningConfiguration,
)
from constructs import Construct

from lib.constructs.policy import Grant, policy, sid_of, tls_only

# Colder storage that still answers at once; the first takes nothing that leaves before 30 days.
_COLDER_AFTER_DAYS = {"STANDARD_IA": 30, "GLACIER_IR": 90}
_UNFINISHED_DAYS = 1
# What was deleted or overwritten by mistake can be fetched back for so long.
_DELETED_DAYS = 30


class Bucket(Construct):
    """A bucket whose objects expire after `retention_days`."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        key_arn: str,
        retention_days: int,
        protected: bool,
    ) -> None:
        super().__init__(scope, id_)
        bucket = S3Bucket(
            self,
            "bucket",
            bucket=name,
            # A disposable environment leaves nothing behind, in the tables as here.
            force_destroy=not protected,
        )
        versioning = S3BucketVersioningA(
            self,
            "versioning",
            bucket=bucket.id,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
        S3BucketPublicAccessBlock(
            self,
            "privacy",
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        S3BucketOwnershipControls(
            self,
            "ownership",
            bucket=bucket.id,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        encryption = (
            S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                sse_algorithm="aws:kms", kms_master_key_id=key_arn
            )
        )
        S3BucketServerSideEncryptionConfigurationA(
            self,
            "encryption",
            bucket=bucket.id,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=encryption,
                    # One call of KMS for many objects instead of one for each.
                    bucket_key_enabled=True,
                )
            ],
        )
        S3BucketPolicy(
            self,
            "policy",
            bucket=bucket.id,
            policy=policy(tls_only([bucket.arn, f"{bucket.arn}/*"], "s3:*")),
        )
        S3BucketLifecycleConfiguration(
            self,
            "lifecycle",
            bucket=bucket.id,
            depends_on=[versioning],
            rule=[
                S3BucketLifecycleConfigurationRule(
                    id="cool-and-expire",
                    status="Enabled",
                    filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
                    transition=[
                        S3BucketLifecycleConfigurationRuleTransition(days=days, storage_class=name)
                        for name, days in _COLDER_AFTER_DAYS.items()
                        if days < retention_days
                    ]
                    or None,
                    expiration=[S3BucketLifecycleConfigurationRuleExpiration(days=retention_days)],
                    noncurrent_version_expiration=[
                        S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                            noncurrent_days=_DELETED_DAYS
                        )
                    ],
                    abort_incomplete_multipart_upload=[
                        S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                            days_after_initiation=_UNFINISHED_DAYS
                        )
                    ],
                )
            ],
        )
        self._sid = sid_of(self)
        self.name = bucket.bucket
        self.arn = bucket.arn

    def keeping(self) -> Grant:
        """Put objects in."""
        return Grant(f"KeepIn{self._sid}", ["s3:PutObject"], [f"{self.arn}/*"])

    def reading(self) -> list[Grant]:
        """List objects and read them."""
        return [
            Grant(f"List{self._sid}", ["s3:ListBucket"], [self.arn]),
            Grant(f"Read{self._sid}", ["s3:GetObject"], [f"{self.arn}/*"]),
        ]
