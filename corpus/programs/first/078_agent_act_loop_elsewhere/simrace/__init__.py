from .agents import build_agent
