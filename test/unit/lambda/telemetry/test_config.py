import pytest

from telemetry.config import PipelineConfig


@pytest.mark.parametrize(
    "document",
    ["nonsense", "[]", '{"batch_size": 0}', '{"batch_size": "7"}', '{"batch_size": true}', "{}"],
)
def test_an_unusable_configuration_leaves_the_defaults(document):
    assert PipelineConfig.parse(document) == PipelineConfig()


def test_what_is_usable_is_obeyed_beside_what_is_not():
    config = PipelineConfig.parse('{"batch_size": 100, "processing_timeout": 600, "other": 1}')
    assert config == PipelineConfig(batch_size=100)
