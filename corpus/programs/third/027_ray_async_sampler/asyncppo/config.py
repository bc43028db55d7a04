from dataclasses import dataclass


@dataclass
class PPOArgs:
    env: str = "CartPole-v1"
    samplers: int = 4
    envs_per_sampler: int = 4
    fragment: int = 64
    iterations: int = 3000
    lr: float = 3e-4
    gamma: float = 0.99
    lam: float = 0.95
    clip: float = 0.2
    epochs: int = 3
    hidden: int = 64
    mask_velocity: bool = True
