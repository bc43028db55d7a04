from .agent import AsyncSAC
from .env import WindEnv

__all__ = ["AsyncSAC", "WindEnv"]
