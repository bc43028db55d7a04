from .climate import Greenhouse
from .qnet import WindowQ

__all__ = ["Greenhouse", "WindowQ"]
