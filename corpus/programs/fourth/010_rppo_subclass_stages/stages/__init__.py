from .algo import StagedRecurrentPPO
from .best import KeepBest

__all__ = ["StagedRecurrentPPO", "KeepBest"]
