"""A pipeline in memory: for tests of code that uses the client, without AWS.

pipeline = InMemoryPipeline()
client = in_memory_client(pipeline)
client.ingest(Reading("pump-7", {"temperature": 21.5}))
assert pipeline.readings()[0]["device_id"] == "pump-7"
"""

from lib.client.testing.adapter import in_memory_client
from lib.client.testing.calls import Answer, Call
from lib.client.testing.loopback import LoopbackApi
from lib.client.testing.memory import InMemoryPipeline

__all__ = ["Answer", "Call", "InMemoryPipeline", "LoopbackApi", "in_memory_client"]
