"""Data outlives mistakes, unless the environment is said to be disposable."""

import pytest


@pytest.fixture
def disposable(synthesise):
    """The stack of an environment whose data nobody needs."""
    return synthesise(protect_data=False)


def only(stack, type_):
    (found,) = stack.all(type_).values()
    return found


def test_tables_bucket_and_key_resist(stack):
    assert all(
        one["deletion_protection_enabled"] for one in stack.all("aws_dynamodb_table").values()
    )
    assert only(stack, "aws_s3_bucket")["force_destroy"] is False
    assert only(stack, "aws_kms_key")["deletion_window_in_days"] == 30


def test_terraform_refuses_to_destroy_and_says_what_to_do(stack, disposable):
    ((address, guard),) = stack.all("terraform_data").items()
    assert guard["lifecycle"]["prevent_destroy"] is True
    assert "deploy_with_PROTECT_DATA_off" in address
    assert "lifecycle" not in only(disposable, "terraform_data")


def test_what_refuses_to_be_destroyed_is_the_first_to_be_asked(stack, disposable):
    for one in (stack, disposable):
        guard = only(one, "terraform_data")
        others = {
            f"{type_}.{name}"
            for type_, found in one.document["resource"].items()
            for name in found
            if type_ != "terraform_data"
        }
        assert set(guard["depends_on"]) == others


def test_a_disposable_environment_leaves_nothing(disposable):
    tables = disposable.all("aws_dynamodb_table").values()
    assert not any(one["deletion_protection_enabled"] for one in tables)
    assert only(disposable, "aws_s3_bucket")["force_destroy"] is True
    assert only(disposable, "aws_kms_key")["deletion_window_in_days"] == 7


def test_what_was_overwritten_or_deleted_can_be_fetched_back_for_a_month(stack):
    versions = only(stack, "aws_s3_bucket_versioning")["versioning_configuration"]
    assert versions["status"] == "Enabled"
    (rule,) = only(stack, "aws_s3_bucket_lifecycle_configuration")["rule"]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 30}]
