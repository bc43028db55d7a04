from typing import Dict, List, Tuple

import torch
from torch import nn
from torch.distributions import Categorical


class CrewNet(nn.Module):
    """All crews share the parameters, every crew has a memory of its own."""

    def __init__(self, obs_dim: int, n_tasks: int, hidden: int = 64):
        super().__init__()
        self.hidden = hidden
        self.embed = nn.Sequential(nn.Linear(obs_dim, hidden), nn.GELU())
        self.gru = nn.GRUCell(hidden, hidden)
        self.task = nn.Linear(hidden, n_tasks)
        self.value = nn.Linear(hidden, 1)

    def forward(self, obs: torch.Tensor, h: torch.Tensor):
        h = self.gru(self.embed(obs), h)
        return self.task(h), self.value(h).squeeze(-1), h


class Dispatcher:
    def __init__(self, net: CrewNet, crews: List[str]):
        self.net = net
        self.memory: Dict[str, torch.Tensor] = {c: torch.zeros(1, net.hidden) for c in crews}

    def detach(self) -> None:
        self.memory = {c: h.detach() for c, h in self.memory.items()}

    def assign(self, obs: Dict[str, torch.Tensor]) -> Tuple[Dict[str, int], Dict[str, tuple]]:
        tasks, trace = {}, {}
        for crew, o in obs.items():
            logits, value, self.memory[crew] = self.net(o.unsqueeze(0), self.memory[crew])
            dist = Categorical(logits=logits)
            a = dist.sample()
            tasks[crew] = int(a)
            trace[crew] = (dist.log_prob(a), value, dist.entropy())
        return tasks, trace
