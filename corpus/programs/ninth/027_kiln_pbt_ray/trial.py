import os

import ray
import torch
import torch.nn as nn
from torch.distributions import Categorical

from kiln import KilnBank


class FiringPolicy(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(3, hidden), nn.Tanh())
        self.lstm = nn.LSTM(hidden, hidden)
        self.burner = nn.Linear(hidden, 5)
        self.value = nn.Linear(hidden, 1)

    def step(self, obs, hc):
        out, hc = self.lstm(self.enc(obs).unsqueeze(0), hc)
        out = out.squeeze(0)
        return Categorical(logits=self.burner(out)), self.value(out).squeeze(-1), hc


@ray.remote(num_cpus=1)
class Trial:
    def __init__(self, idx, cfg, hparams):
        torch.set_num_threads(1)
        self.idx, self.cfg = idx, cfg
        self.hp = dict(hparams)
        self.policy = FiringPolicy(cfg["hidden"])
        self.optim = torch.optim.RMSprop(self.policy.parameters(), lr=self.hp["lr"])
        self.kilns = KilnBank(cfg["kilns_per_trial"], seed=idx)
        self.score = -1.0
        self._begin_firing()

    def _begin_firing(self):
        self.obs = torch.from_numpy(self.kilns.reset_all())
        shape = (1, self.kilns.n, self.cfg["hidden"])
        self.hc = (torch.zeros(shape), torch.zeros(shape))

    def run(self, updates):
        for _ in range(updates):
            self._update()
        return self.score

    def _update(self):
        rows = []
        for _ in range(self.cfg["unroll"]):
            dist, value, self.hc = self.policy.step(self.obs, self.hc)
            action = dist.sample()
            nxt, rew, done = self.kilns.step(action.numpy())
            rows.append((dist.log_prob(action), value, dist.entropy(), torch.from_numpy(rew), torch.from_numpy(done)))
            live = torch.from_numpy(~done).float().view(1, -1, 1)
            self.hc = (self.hc[0] * live, self.hc[1] * live)
            self.obs = torch.from_numpy(nxt)
            self.score += 0.002 * (float(rew.mean()) - self.score)
        with torch.no_grad():
            boot = self.policy.step(self.obs, self.hc)[1]
        loss = 0.0
        for logp, value, ent, rew, done in reversed(rows):
            boot = rew + self.hp["gamma"] * boot * (~done).float()
            adv = boot - value
            loss = loss + (-logp * adv.detach() + 0.5 * adv.pow(2) - self.hp["entropy"] * ent).mean()
        self.optim.zero_grad()
        (loss / len(rows)).backward()
        nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
        self.optim.step()
        self.hc = tuple(t.detach() for t in self.hc)

    def save(self):
        path = os.path.join(self.cfg["ckpt_dir"], f"trial_{self.idx}.pt")
        torch.save({"policy": self.policy.state_dict(), "optim": self.optim.state_dict(), "hp": self.hp}, path)
        return path

    def exploit(self, path, factor):
        ckpt = torch.load(path)
        self.policy.load_state_dict(ckpt["policy"])
        self.optim.load_state_dict(ckpt["optim"])
        self.hp = {k: v * f for (k, v), f in zip(ckpt["hp"].items(), factor)}
        self.hp["gamma"] = min(self.hp["gamma"], 0.997)
        for group in self.optim.param_groups:
            group["lr"] = self.hp["lr"]
        self._begin_firing()
        return self.hp
