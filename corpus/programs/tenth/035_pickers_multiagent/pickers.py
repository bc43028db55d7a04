"""Independent recurrent learners for order pickers in one warehouse."""
import argparse
from typing import Dict, List

import numpy as np
import torch
from torch import Tensor, nn


class Warehouse:
    def __init__(self, names: List[str], aisles: int = 12, shift: int = 500):
        self.names, self.aisles, self.shift = names, aisles, shift

    def reset(self) -> Dict[str, np.ndarray]:
        self.t = 0
        self.pos = {n: np.random.randint(self.aisles) for n in self.names}
        self.goal = {n: np.random.randint(self.aisles) for n in self.names}
        return self._obs()

    def _obs(self):
        out = {}
        for n in self.names:
            crowd = [sum(self.pos[m] == self.pos[n] + d for m in self.names if m != n) for d in (-1, 0, 1)]
            out[n] = np.array([self.pos[n] / self.aisles, self.goal[n] / self.aisles, *crowd], np.float32)
        return out

    def step(self, acts: Dict[str, int]):
        rew = {}
        for n, a in acts.items():
            self.pos[n] = int(np.clip(self.pos[n] + a - 1, 0, self.aisles - 1))
        for n in acts:
            clash = sum(self.pos[m] == self.pos[n] for m in self.names) - 1
            rew[n] = -0.02 - 0.05 * clash
            if self.pos[n] == self.goal[n]:
                rew[n] += 1.0
                self.goal[n] = np.random.randint(self.aisles)
        self.t += 1
        return self._obs(), rew, self.t >= self.shift


class Picker(nn.Module):
    def __init__(self, hid: int = 32):
        super().__init__()
        self.fc = nn.Linear(5, hid)
        self.gru = nn.GRUCell(hid, hid)
        self.pi, self.v = nn.Linear(hid, 3), nn.Linear(hid, 1)

    def forward(self, x: Tensor, h: Tensor):
        h = self.gru(torch.tanh(self.fc(x)), h)
        return self.pi(h), self.v(h), h


class Team:
    def __init__(self, n: int, lr: float, hid: int = 32):
        self.hid = hid
        self.names = [f"picker_{i}" for i in range(n)]
        self.nets = {k: Picker(hid) for k in self.names}
        self.opts = {k: torch.optim.Adam(m.parameters(), lr=lr) for k, m in self.nets.items()}
        self.hidden: Dict[str, Tensor] = {}
        self.restart()

    def restart(self, *who: str) -> None:
        for k in who or self.names:
            self.hidden[k] = torch.zeros(1, self.hid)

    def act(self, obs):
        acts, info = {}, {}
        for k in self.names:
            logits, v, self.hidden[k] = self.nets[k](torch.from_numpy(obs[k])[None], self.hidden[k])
            d = torch.distributions.Categorical(logits=logits)
            a = d.sample()
            acts[k] = a.item()
            info[k] = (d.log_prob(a)[0], v[0, 0])
        return acts, info

    def update(self, traj, gamma: float = 0.97) -> None:
        for k in self.names:
            g, loss = 0.0, 0.0
            for info, rew in reversed(traj):
                lp, v = info[k]
                g = rew[k] + gamma * g
                loss = loss + (g - v) ** 2 - lp * (g - v.detach())
            self.opts[k].zero_grad()
            loss.backward()
            self.opts[k].step()
            self.hidden[k] = self.hidden[k].detach()

    def clone(self, src: str, dst: str) -> None:
        with torch.no_grad():
            for a, b in zip(self.nets[dst].parameters(), self.nets[src].parameters()):
                a.copy_(b)
        self.opts[dst].state.clear()
        self.restart(dst)


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("-n", type=int, default=4)
    ap.add_argument("--steps", type=int, default=300_000)
    ap.add_argument("--copy-every", type=int, default=8000)
    ap.add_argument("--lr", type=float, default=1e-3)
    args = ap.parse_args()
    team = Team(args.n, args.lr)
    env = Warehouse(team.names)
    obs = env.reset()
    income = dict.fromkeys(team.names, 0.0)
    traj = []
    for t in range(1, args.steps + 1):
        acts, info = team.act(obs)
        obs, rew, over = env.step(acts)
        traj.append((info, rew))
        for k in rew:
            income[k] += rew[k]
        if len(traj) == 25 or over:
            team.update(traj)
            traj.clear()
        if over:
            obs = env.reset()
            team.restart()
        if t % args.copy_every == 0:
            ranked = sorted(income, key=income.get)
            team.clone(ranked[-1], ranked[0])
            print(t, {k: round(v, 1) for k, v in income.items()})
            income = dict.fromkeys(team.names, 0.0)


if __name__ == "__main__":
    main()
