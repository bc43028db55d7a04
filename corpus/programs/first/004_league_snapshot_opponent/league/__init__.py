from .opponent import Opponent
from .pool import SnapshotPool
