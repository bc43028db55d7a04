from .module import MemoryPolicy
from .trainer import Trainer

__all__ = ["MemoryPolicy", "Trainer"]
