from . import agents  # noqa: F401
from .registry import make

__all__ = ["make"]
