"""A topic that tells people and machines, encrypted at rest and on the way."""

from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from lib.constructs.place import Place
from lib.constructs.policy import Grant, policy, sid_of, tls_only


class Topic(Construct):
    """An SNS topic; with `for_alarms`, one that this account's alarms may publish to."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        key_arn: str,
        place: Place,
        email: str = "",
        for_alarms: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        arn = place.arn("sns", name)
        publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": arn}
        alarms_publish = [
            {
                "Sid": "AlarmsPublish",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": place.account_id}},
                **publish,
            },
            # It tells that an alarm is over, and cannot where there is a condition:
            # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
            {
                "Sid": "RecoveriesPublish",
                "Principal": {"Service": "events.amazonaws.com"},
                **publish,
            },
        ]
        topic = SnsTopic(
            self,
            "topic",
            name=name,
            kms_master_key_id=key_arn,
            policy=policy(*(alarms_publish if for_alarms else []), tls_only(arn, "sns:Publish")),
        )
        if email:
            SnsTopicSubscription(
                self, "email", topic_arn=topic.arn, protocol="email", endpoint=email
            )
        self._sid = sid_of(self)
        self.arn = topic.arn

    def publishing(self) -> Grant:
        """Tell the subscribers."""
        return Grant(f"PublishTo{self._sid}", ["sns:Publish"], [self.arn])
