from .base import BaseAgent
from .gru_a2c import GRUAgent
