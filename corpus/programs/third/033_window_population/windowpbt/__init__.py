from .agent import WindowAgent
from .pbt import evolve

__all__ = ["WindowAgent", "evolve"]
