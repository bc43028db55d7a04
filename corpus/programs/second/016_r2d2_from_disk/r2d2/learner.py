import copy
from pathlib import Path

import numpy as np
import torch

from .net import DuelingLSTM


def pad(seqs, length):
    batch = {k: [] for k in ("obs", "pa", "pr", "a", "r", "d", "m")}
    for _, rows in seqs:
        n = len(rows)
        cols = list(zip(*rows))
        for key, col in zip(("obs", "pa", "pr", "a", "r", "d"), cols):
            arr = np.stack([np.asarray(c) for c in col])
            width = [(0, length - n)] + [(0, 0)] * (arr.ndim - 1)
            batch[key].append(np.pad(arr, width))
        batch["m"].append(np.pad(np.ones(n), (0, length - n)))
    return {k: torch.as_tensor(np.stack(v)) for k, v in batch.items()}


class Learner:
    def __init__(self, obs_dim, n_actions, weights_dir, gamma=0.98, lr=5e-4):
        self.online = DuelingLSTM(obs_dim, n_actions)
        self.target = copy.deepcopy(self.online)
        self.opt = torch.optim.Adam(self.online.parameters(), lr=lr)
        self.gamma = gamma
        self.weights_dir = Path(weights_dir)
        self.weights_dir.mkdir(parents=True, exist_ok=True)
        self.updates = 0

    def publish(self):
        tmp = self.weights_dir / "latest.tmp"
        torch.save({"online": self.online.state_dict(), "updates": self.updates}, tmp)
        tmp.replace(self.weights_dir / "latest.pt")

    def learn(self, seqs, weights, length):
        b = pad(seqs, length)
        h = torch.cat([s[0][0] for s in seqs], dim=1)
        c = torch.cat([s[0][1] for s in seqs], dim=1)
        args = (b["obs"].float(), b["pa"].long(), b["pr"].float())
        q, _ = self.online(*args, (h, c))
        with torch.no_grad():
            tq, _ = self.target(*args, (h, c))
            best = q.argmax(-1, keepdim=True)
            nxt = tq.gather(-1, best).squeeze(-1)[:, 1:]
            y = b["r"][:, :-1].float() + self.gamma * (1 - b["d"][:, :-1].float()) * nxt
        qa = q.gather(-1, b["a"].long().unsqueeze(-1)).squeeze(-1)[:, :-1]
        td = (y - qa) * b["m"][:, 1:].float()
        loss = (torch.as_tensor(weights).float().unsqueeze(1) * td.pow(2)).mean()
        self.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.online.parameters(), 40.0)
        self.opt.step()
        self.updates += 1
        if self.updates % 500 == 0:
            self.target.load_state_dict(self.online.state_dict())
        if self.updates % 50 == 0:
            self.publish()
        return td.abs().max(1).values.tolist()
