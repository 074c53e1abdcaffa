"""Device states in memory."""

from iot_pipeline.states import DeviceState
from iot_pipeline.testing import InMemoryPipeline, in_memory_client


def test_equal_states_count_each_and_an_equal_body_counts_once() -> None:
    client = in_memory_client(InMemoryPipeline())
    twins = [DeviceState("laptop", "erased", 5)] * 2
    assert client.states.send_batch(twins).raw_key == client.states.send_batch(twins).raw_key
    (count,) = client.states.stats("1970-01-01")
    assert count.count == 2


def test_the_day_is_that_of_the_state() -> None:
    client = in_memory_client(InMemoryPipeline())
    client.states.send_batch([DeviceState("laptop", "erased", 86_400_000 - n) for n in range(3)])
    assert [one.count for day in (1, 2) for one in client.states.stats(f"1970-01-0{day}")] == [2, 1]


def test_states_and_readings_share_a_path() -> None:
    pipeline = InMemoryPipeline()
    in_memory_client(pipeline).states.send_batch([DeviceState("laptop", "erased")])
    assert pipeline.readings() == []
    assert [count.type for count in in_memory_client(pipeline).states.stats()] == ["laptop"]
