from .registry import build, register
from . import policies  # noqa: F401

__all__ = ["build", "register"]
