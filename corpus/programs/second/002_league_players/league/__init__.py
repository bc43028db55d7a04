from .players import Exploiter, MainPlayer, Opponent
from .payoff import EloTable

__all__ = ["MainPlayer", "Exploiter", "Opponent", "EloTable"]
