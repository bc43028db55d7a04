from collections import deque
from typing import Deque, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

Pair = Tuple[Tensor, Tensor]


class Manager(nn.Module):
    def __init__(self, d: int, k: int):
        super().__init__()
        self.percept = nn.Linear(d, k)
        self.cell = nn.LSTMCell(k, k)
        self.value = nn.Linear(k, 1)

    def forward(self, z: Tensor, rec: Pair) -> Tuple[Tensor, Tensor, Tensor, Pair]:
        s = F.relu(self.percept(z))
        rec = self.cell(s, rec)
        return F.normalize(rec[0], dim=-1), s, self.value(rec[0]), rec


class Worker(nn.Module):
    def __init__(self, d: int, k: int, e: int, n_act: int):
        super().__init__()
        self.n_act, self.e = n_act, e
        self.cell = nn.LSTMCell(d, n_act * e)
        self.phi = nn.Linear(k, e, bias=False)
        self.value = nn.Linear(n_act * e, 1)

    def forward(self, z: Tensor, goal: Tensor, rec: Pair) -> Tuple[Tensor, Tensor, Pair]:
        rec = self.cell(z, rec)
        u = rec[0].view(-1, self.n_act, self.e)
        logits = torch.bmm(u, self.phi(goal).unsqueeze(2)).squeeze(2)
        return logits, self.value(rec[0]), rec


class FeudalController:
    def __init__(self, obs_dim: int, n_act: int, d: int = 64, k: int = 64, e: int = 8, horizon: int = 10):
        self.k, self.d = k, d
        self.perceive = nn.Sequential(nn.Linear(obs_dim, d), nn.ReLU())
        self.manager = Manager(d, k)
        self.worker = Worker(d, k, e, n_act)
        self.goals: Deque[Tensor] = deque(maxlen=horizon)
        self.mgr_rec: Pair = self.fresh(k)
        self.wrk_rec: Pair = self.fresh(n_act * e)

    @staticmethod
    def fresh(width: int) -> Pair:
        return torch.zeros(1, width), torch.zeros(1, width)

    def parameters(self):
        for m in (self.perceive, self.manager, self.worker):
            yield from m.parameters()

    def act(self, obs: Tensor):
        z = self.perceive(obs)
        goal, s, v_m, self.mgr_rec = self.manager(z, self.mgr_rec)
        self.goals.append(goal.detach())
        pooled = torch.stack(list(self.goals)).sum(0)
        logits, v_w, self.wrk_rec = self.worker(z, pooled, self.wrk_rec)
        return torch.distributions.Categorical(logits=logits), goal, s, v_m, v_w

    def truncate(self) -> None:
        self.mgr_rec = tuple(x.detach() for x in self.mgr_rec)
        self.wrk_rec = tuple(x.detach() for x in self.wrk_rec)

    def save(self, path: str) -> None:
        torch.save({n: getattr(self, n).state_dict() for n in ("perceive", "manager", "worker")}, path)

    def fall_back(self, path: str) -> None:
        ckpt = torch.load(path)
        self.perceive.load_state_dict(ckpt["perceive"])
        self.manager.load_state_dict(ckpt["manager"])
        self.worker.load_state_dict(ckpt["worker"])
        self.goals.clear()
        self.wrk_rec = self.fresh(self.worker.n_act * self.worker.e)
