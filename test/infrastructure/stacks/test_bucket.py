"""The bucket of device states, as they were sent."""

import pytest


@pytest.fixture
def bucket(stack):
    """Everything that is said of the bucket, by kind."""

    def of(kind):
        (found,) = stack.all(f"aws_s3_bucket{kind}").values()
        return found

    return of


def test_nobody_outside_sees_it_and_nobody_speaks_to_it_in_the_clear(stack, bucket):
    privacy = bucket("_public_access_block")
    for name in (
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
    ):
        assert privacy[name] is True
    (statement,) = stack.policy("aws_s3_bucket_policy", "raw_states_policy")
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(statement["Resource"]) == 2
    (rule,) = [bucket("_ownership_controls")["rule"]]
    assert rule["object_ownership"] == "BucketOwnerEnforced"


def test_it_is_encrypted_with_the_stacks_key(bucket):
    (rule,) = bucket("_server_side_encryption_configuration")["rule"]
    default = rule["apply_server_side_encryption_by_default"]
    assert default["sse_algorithm"] == "aws:kms"
    assert "encryption_key" in default["kms_master_key_id"]
    assert rule["bucket_key_enabled"] is True


def test_its_name_carries_suffix_account_and_region(bucket):
    name = bucket("")["bucket"]
    assert name.startswith("device-states-dev-${")
    assert name.endswith("-us-east-1")


@pytest.mark.parametrize(
    ("days", "classes"),
    [(365, {"STANDARD_IA": 30, "GLACIER_IR": 90}), (60, {"STANDARD_IA": 30}), (7, {})],
)
def test_bodies_get_colder_and_expire_as_is_set(synthesise, days, classes):
    stack = synthesise(raw_retention_days=days)
    (lifecycle,) = stack.all("aws_s3_bucket_lifecycle_configuration").values()
    (rule,) = lifecycle["rule"]
    assert rule["status"] == "Enabled"
    assert rule["expiration"] == [{"days": days}]
    found = {one["storage_class"]: one["days"] for one in rule.get("transition", [])}
    assert found == classes
