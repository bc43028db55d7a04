from dataclasses import dataclass


@dataclass
class Settings:
    env: str = "Pendulum-v1"
    workers: int = 4
    frames_per_batch: int = 4096
    total_frames: int = 2_000_000
    epochs: int = 8
    minibatch: int = 16
    lr: float = 3e-4
    gamma: float = 0.97
    lmbda: float = 0.95
    clip: float = 0.2
    entropy: float = 1e-4
    device: str = "cpu"
