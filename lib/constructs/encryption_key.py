"""The stack's own encryption key: whatever the stack stores is unreadable without it."""

from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from lib.constructs.place import Place
from lib.constructs.policy import policy

_USE = ["kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]
# What tables and log groups need beside, to encrypt anew what they hold.
_REUSE = ["kms:DescribeKey", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
# Services that hold the pipeline's content and encrypt it on behalf of whoever may use them.
_STORES = ("dynamodb", "lambda", "s3", "sns", "sqs", "ssm")
# Whoever destroys it by mistake has so long to notice: without it nothing can be read any more.
_DELETION_WINDOW_DAYS, _PROTECTED_DELETION_WINDOW_DAYS = 7, 30


class EncryptionKey(Construct):
    """A rotated KMS key, usable in this account through the services that store content."""

    def __init__(
        self, scope: Construct, id_: str, *, name: str, place: Place, protected: bool
    ) -> None:
        super().__init__(scope, id_)
        via = [f"{service}.{place.region}.amazonaws.com" for service in _STORES]
        key = KmsKey(
            self,
            "key",
            description=f"Encrypts what {name} stores",
            enable_key_rotation=True,
            deletion_window_in_days=(
                _PROTECTED_DELETION_WINDOW_DAYS if protected else _DELETION_WINDOW_DAYS
            ),
            policy=policy(
                {
                    "Sid": "AdministeredByTheAccount",
                    "Effect": "Allow",
                    "Principal": {"AWS": place.account_root},
                    "Action": "kms:*",
                    "Resource": "*",
                },
                {
                    # Who may use a table, queue, topic, parameter or function may use its key.
                    "Sid": "UsedThroughTheStores",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": [*_USE, *_REUSE, "kms:CreateGrant"],
                    "Resource": "*",
                    "Condition": {
                        "StringEquals": {
                            "kms:CallerAccount": place.account_id,
                            "kms:ViaService": via,
                        }
                    },
                },
                {
                    "Sid": "UsedByLogs",
                    "Effect": "Allow",
                    "Principal": {"Service": f"logs.{place.region}.amazonaws.com"},
                    "Action": [*_USE, *_REUSE],
                    "Resource": "*",
                    "Condition": {
                        "ArnLike": {
                            "kms:EncryptionContext:aws:logs:arn": place.arn("logs", "log-group:*")
                        }
                    },
                },
                {
                    # Alarms publish to an encrypted topic, topics deliver to encrypted queues.
                    "Sid": "UsedByAlarmsAndTopics",
                    "Effect": "Allow",
                    "Principal": {"Service": ["cloudwatch.amazonaws.com", "sns.amazonaws.com"]},
                    "Action": _USE,
                    "Resource": "*",
                    "Condition": {"StringEquals": {"aws:SourceAccount": place.account_id}},
                },
                {
                    # EventBridge publishes to an encrypted topic only without such a condition:
                    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
                    "Sid": "UsedByRecoveries",
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": _USE,
                    "Resource": "*",
                },
            ),
        )
        KmsAlias(self, "alias", name=f"alias/{name}", target_key_id=key.key_id)
        self.arn = key.arn
