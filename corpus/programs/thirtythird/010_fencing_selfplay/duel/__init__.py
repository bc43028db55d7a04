from .env import FencingEnv
from .rivals import RivalPool

__all__ = ["FencingEnv", "RivalPool"]
