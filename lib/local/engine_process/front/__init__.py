"""What stands before the engine: it lets in whom AWS would let in.

Run by the engine's own interpreter: nothing of the pipeline is imported here.
"""

from .application import Answer, Engine, Front
from .credentials import Refused

__all__ = ["Answer", "Engine", "Front", "Refused"]
