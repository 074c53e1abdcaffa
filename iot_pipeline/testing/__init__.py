"""A pipeline in memory: for tests of code that uses the client, without AWS.

pipeline = InMemoryPipeline()
client = in_memory_client(pipeline)
client.readings.send(Reading("pump-7", {"temperature": 21.5}))
assert pipeline.readings()[0]["device_id"] == "pump-7"
"""

from iot_pipeline.testing.adapter import in_memory_client
from iot_pipeline.testing.http import Request, Response
from iot_pipeline.testing.loopback import LoopbackApi
from iot_pipeline.testing.memory import InMemoryPipeline

__all__ = ["InMemoryPipeline", "LoopbackApi", "Request", "Response", "in_memory_client"]
