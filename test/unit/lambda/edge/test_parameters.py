import pytest

from edge.parameters import RETRY_AFTER_MS, ApiKey, LiveParameters
from kernel.clock import SECOND_MS
from kernel.errors import Forbidden, Unavailable

FRESH_FOR_MS = 60 * SECOND_MS


class Store:
    """A parameter store, which may be away, and a clock moved by hand."""

    def __init__(self, **values):
        self.values, self.away, self.reads, self.now = values, False, [], 0

    def read(self, names):
        self.reads.append(list(names))
        if self.away:
            raise Unavailable("away")
        return {name: self.values[name] for name in names if name in self.values}

    def parameters(self, *names):
        return LiveParameters(names, self.read, lambda: self.now, FRESH_FOR_MS)


def test_parameters_are_read_together_once_while_they_are_fresh():
    store = Store(a="1", b="2")
    parameters = store.parameters("a", "b")
    for store.now in range(0, FRESH_FOR_MS * 2 // 3, 5 * SECOND_MS):
        assert (parameters.value("a"), parameters.value("b")) == ("1", "2")
    assert store.reads == [["a", "b"]]


def test_a_change_is_seen_when_the_freshness_has_passed():
    store = Store(a="1")
    parameters = store.parameters("a")
    parameters.value("a")
    store.values["a"], store.now = "2", FRESH_FOR_MS
    assert parameters.value("a") == "2"


def test_containers_that_start_together_do_not_read_together_again():
    store = Store(a="1")
    containers = [store.parameters("a") for _ in range(100)]
    reads_at = []
    for store.now in (0, FRESH_FOR_MS * 2 // 3 - 1, FRESH_FOR_MS * 5 // 6, FRESH_FOR_MS):
        for container in containers:
            container.value("a")
        reads_at.append(len(store.reads))
    assert reads_at[:2] == [100, 100]
    assert 100 < reads_at[2] < 200 <= reads_at[3]


def test_known_values_outlive_a_store_that_is_away_which_is_not_asked_at_every_request():
    store = Store(a="1")
    parameters = store.parameters("a")
    parameters.value("a")
    store.away, store.now = True, FRESH_FOR_MS
    assert [parameters.value("a") for _ in range(5)] == ["1"] * 5
    assert len(store.reads) == 2
    store.away, store.values["a"], store.now = False, "2", FRESH_FOR_MS + RETRY_AFTER_MS
    assert parameters.value("a") == "2"


def test_values_never_read_are_an_error_and_a_store_that_is_away_is_asked_again_soon():
    store = Store(a="1")
    store.away, parameters = True, store.parameters("a")
    for _ in range(5):
        with pytest.raises(Unavailable):
            parameters.value("a")
    assert len(store.reads) == 1
    store.away, store.now = False, RETRY_AFTER_MS
    assert parameters.value("a") == "1"


def test_a_store_that_takes_long_to_fail_is_still_not_asked_at_every_request():
    store = Store(a="1")
    store.away = True

    def hang(names):
        store.now += 10 * RETRY_AFTER_MS
        return store.read(names)

    parameters = LiveParameters(["a"], hang, lambda: store.now, FRESH_FOR_MS)
    for _ in range(5):
        with pytest.raises(Unavailable):
            parameters.value("a")
    assert len(store.reads) == 1


def test_a_parameter_that_is_missing_is_named_and_keeps_no_other_from_being_read():
    store = Store(a="1")
    parameters = store.parameters("a", "b")
    assert parameters.value("a") == "1"
    with pytest.raises(LookupError, match="no parameter b"):
        parameters.value("b")
    store.values["b"], store.now = "2", RETRY_AFTER_MS
    assert parameters.value("b") == "2"


def test_a_parameter_that_is_deleted_keeps_its_value():
    store = Store(a="1")
    parameters = store.parameters("a")
    parameters.value("a")
    del store.values["a"]
    store.now = FRESH_FOR_MS
    assert parameters.value("a") == "1"


def test_the_placeholder_asks_for_no_key():
    ApiKey(lambda: "unset", "unset").require(None)


@pytest.mark.parametrize("given", [None, "", "wrong", "unset", "schlüssel"])
def test_a_key_that_is_set_must_be_brought(given):
    with pytest.raises(Forbidden):
        ApiKey(lambda: "right", "unset").require(given)


def test_the_right_key_is_let_in():
    ApiKey(lambda: "right", "unset").require("right")
