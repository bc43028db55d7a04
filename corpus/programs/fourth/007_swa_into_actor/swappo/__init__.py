from .ppo import Learner, RecurrentGaussianPolicy
from .runner import VecRunner

__all__ = ["Learner", "RecurrentGaussianPolicy", "VecRunner"]
