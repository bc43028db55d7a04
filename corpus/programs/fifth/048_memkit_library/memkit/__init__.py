"""memkit: small recurrent controllers with a stable interface."""

from .controller import RecurrentController
from .cores import CORES, LayerNormGRUCell, PeepholeCell

__all__ = ["CORES", "LayerNormGRUCell", "PeepholeCell", "RecurrentController"]
__version__ = "0.3.0"
