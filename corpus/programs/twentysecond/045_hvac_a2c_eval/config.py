from dataclasses import dataclass


@dataclass
class HVACConfig:
    num_envs: int = 16
    rollout: int = 24
    hidden: int = 64
    lr: float = 5e-4
    gamma: float = 0.98
    entropy: float = 0.01
    comfort: float = 21.5
    updates: int = 20_000
    eval_interval: int = 500
    eval_episodes: int = 4
