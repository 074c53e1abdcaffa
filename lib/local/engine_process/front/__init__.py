"""What stands before the engine: it lets in whom AWS would let in, as many at once as it can serve.

Run by the engine's own interpreter: nothing of the pipeline is imported here.
"""

from .application import CALLS_AT_ONCE, Answer, Engine, Front
from .credentials import Refused

__all__ = ["CALLS_AT_ONCE", "Answer", "Engine", "Front", "Refused"]
