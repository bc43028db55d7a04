import traceback

import gymnasium as gym
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class GRUActorCritic(nn.Module):
    def __init__(self, obs_dim, n_act, hid):
        super().__init__()
        self.hid = hid
        self.inp = nn.Linear(obs_dim, hid)
        self.cell = nn.GRUCell(hid, hid)
        self.actor = nn.Linear(hid, n_act)
        self.critic = nn.Linear(hid, 1)

    def forward(self, x, h):
        h = self.cell(F.elu(self.inp(x)), h)
        return self.actor(h), self.critic(h)[:, 0], h


class Member:
    def __init__(self, idx, cfg):
        torch.manual_seed(1000 + idx)
        self.idx, self.cfg = idx, cfg
        self.env = gym.make(cfg["env"])
        self.net = GRUActorCritic(2, self.env.action_space.n, cfg["hid"])
        self.hp = {"lr": 10 ** np.random.uniform(-4.5, -2.5), "ent": 10 ** np.random.uniform(-3, -1)}
        self._make_opt()
        self.h = torch.zeros(1, cfg["hid"])
        self.obs = self._reset()
        self.ep_ret, self.recent = 0.0, []

    def _make_opt(self):
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hp["lr"])

    def _hide(self, o):  # positions only
        return torch.tensor(o[[0, 2]], dtype=torch.float32).unsqueeze(0)

    def _reset(self):
        o, _ = self.env.reset()
        return self._hide(o)

    def train(self, n_updates):
        for _ in range(n_updates):
            self.h = self.h.detach()
            lp, vs, rs, ds, en = [], [], [], [], []
            for _ in range(self.cfg["unroll"]):
                logits, v, self.h = self.net(self.obs, self.h)
                dist = torch.distributions.Categorical(logits=logits)
                a = dist.sample()
                o, r, term, trunc, _ = self.env.step(a.item())
                self.ep_ret += r
                done = term or trunc
                lp.append(dist.log_prob(a)), vs.append(v), en.append(dist.entropy())
                rs.append(r), ds.append(done)
                if done:
                    self.recent = (self.recent + [self.ep_ret])[-20:]
                    self.ep_ret = 0.0
                    self.obs = self._reset()
                    self.h = torch.zeros_like(self.h)
                else:
                    self.obs = self._hide(o)
            with torch.no_grad():
                R = self.net(self.obs, self.h)[1]
            targets = []
            for r, d in zip(rs[::-1], ds[::-1]):
                R = r + self.cfg["gamma"] * R * (not d)
                targets.append(R)
            targets = torch.cat(targets[::-1])
            vs, lp, en = torch.cat(vs), torch.cat(lp), torch.cat(en)
            adv = targets - vs
            loss = -(lp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - self.hp["ent"] * en.mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            self.opt.step()
        return float(np.mean(self.recent)) if self.recent else 0.0

    def export(self):
        weights = {k: v.detach().cpu().numpy().copy() for k, v in self.net.state_dict().items()}
        return weights, dict(self.hp)

    def exploit(self, weights, hp):
        self.net.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()})
        self.hp = {k: v * np.random.choice([0.8, 1.25]) for k, v in hp.items()}
        self._make_opt()
        self.h = torch.zeros(1, self.cfg["hid"])
        self.recent = []


def serve(conn, idx, cfg):
    torch.set_num_threads(1)
    member = Member(idx, cfg)
    try:
        while True:
            cmd, args = conn.recv()
            if cmd == "stop":
                break
            conn.send(getattr(member, cmd)(*args))
    except (KeyboardInterrupt, EOFError):
        pass
    except Exception:
        traceback.print_exc()
    finally:
        member.env.close()
        conn.close()
