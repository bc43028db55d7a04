from .drqn import DRQNAgent
