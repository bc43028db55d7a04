from dataclasses import dataclass

from runner import SwarmRunner


@dataclass
class Config:
    threads: int = 16
    drones: int = 4
    hidden: int = 64
    chunk: int = 50
    epochs: int = 5
    iterations: int = 5000
    patience: int = 100
    gamma: float = 0.99
    lam: float = 0.95
    lr: float = 5e-4
    seed: int = 1


if __name__ == "__main__":
    SwarmRunner(Config()).run()
