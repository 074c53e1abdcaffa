import pytest

from kernel.errors import Forbidden, Unavailable
from kernel.settings import FRESH_FOR_MS, ApiKey, LiveParameter, PipelineConfig


class Store:
    """A parameter store with one value, which may be away."""

    def __init__(self, value):
        self.value, self.reads, self.now = value, 0, 0

    def read(self, _name):
        self.reads += 1
        if self.value is None:
            raise Unavailable("away")
        return self.value

    def parameter(self):
        return LiveParameter("name", self.read, lambda: self.now)


def test_a_parameter_is_read_once_while_it_is_fresh():
    store = Store("a")
    parameter = store.parameter()
    assert [parameter.value() for _ in range(5)] == ["a"] * 5
    assert store.reads == 1


def test_a_change_is_seen_after_fifteen_seconds():
    store = Store("a")
    parameter = store.parameter()
    parameter.value()
    store.value, store.now = "b", FRESH_FOR_MS
    assert parameter.value() == "b"


def test_a_known_value_outlives_a_store_that_is_away():
    store = Store("a")
    parameter = store.parameter()
    parameter.value()
    store.value, store.now = None, FRESH_FOR_MS
    assert parameter.value() == "a"


def test_a_value_never_read_is_an_error():
    with pytest.raises(Unavailable):
        Store(None).parameter().value()


@pytest.mark.parametrize(
    "document",
    ["nonsense", "[]", '{"batch_size": 0}', '{"batch_size": "7"}', '{"batch_size": true}', "{}"],
)
def test_an_unusable_configuration_leaves_the_defaults(document):
    assert PipelineConfig.parse(document) == PipelineConfig()


def test_what_is_usable_is_obeyed_beside_what_is_not():
    config = PipelineConfig.parse('{"batch_size": 100, "processing_timeout": 600, "other": 1}')
    assert config == PipelineConfig(batch_size=100)


def test_the_placeholder_asks_for_no_key():
    ApiKey(Store("unset").parameter(), "unset").require(None)


@pytest.mark.parametrize("given", [None, "", "wrong", "unset", "schlüssel"])
def test_a_key_that_is_set_must_be_brought(given):
    with pytest.raises(Forbidden):
        ApiKey(Store("right").parameter(), "unset").require(given)


def test_the_right_key_is_let_in():
    ApiKey(Store("right").parameter(), "unset").require("right")
