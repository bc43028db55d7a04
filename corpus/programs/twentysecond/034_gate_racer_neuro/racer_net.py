from typing import Dict, List, Optional, Tuple

import numpy as np
import torch
from torch import nn

State = Tuple[torch.Tensor, torch.Tensor]


class RacerNet(nn.Module):
    def __init__(self, sensors: int = 10, controls: int = 4, size: int = 20) -> None:
        super().__init__()
        self.size = size
        self.lstm = nn.LSTMCell(sensors, size)
        self.control = nn.Linear(size, controls)
        self.memory: Optional[State] = None

    def init_hidden(self) -> None:
        self.memory = (torch.zeros(1, self.size), torch.zeros(1, self.size))

    @torch.no_grad()
    def act(self, sensors: np.ndarray) -> np.ndarray:
        x = torch.as_tensor(sensors, dtype=torch.float32)[None]
        self.memory = self.lstm(x, self.memory)
        return self.control(self.memory[0]).tanh().numpy()[0]


def random_genes(rng: np.random.Generator) -> Dict[str, np.ndarray]:
    return {k: rng.normal(0, 0.3, tuple(v.shape)) for k, v in RacerNet().state_dict().items()}


def mutate(genes: Dict[str, np.ndarray], rng: np.random.Generator, rate: float) -> Dict[str, np.ndarray]:
    child = {}
    for k, v in genes.items():
        mask = rng.random(v.shape) < 0.15
        child[k] = v + mask * rng.normal(0, rate, v.shape)
    return child


def crossover(a: Dict[str, np.ndarray], b: Dict[str, np.ndarray], rng: np.random.Generator) -> Dict[str, np.ndarray]:
    return {k: np.where(rng.random(a[k].shape) < 0.5, a[k], b[k]) for k in a}


def express(net: RacerNet, genes: Dict[str, np.ndarray]) -> None:
    net.load_state_dict({k: torch.as_tensor(v, dtype=torch.float32) for k, v in genes.items()})


def diversity(population: List[Dict[str, np.ndarray]]) -> float:
    w = np.stack([g["control.weight"].ravel() for g in population])
    return float(w.std(0).mean())
