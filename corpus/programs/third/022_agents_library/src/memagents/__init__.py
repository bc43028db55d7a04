from .agents import GRUAgent, MLPAgent, make_agent
from .base import Agent

__all__ = ["Agent", "GRUAgent", "MLPAgent", "make_agent"]
