from .npc import Companion
from .packs import PackStore

__all__ = ["Companion", "PackStore"]
