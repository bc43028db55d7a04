import argparse
import random

import gymnasium as gym
import numpy as np
import ray
import torch
import torch.nn as nn


class LstmActorCritic(nn.Module):
    def __init__(self, obs_dim, n_act, hid=64):
        super().__init__()
        self.hid = hid
        self.fc = nn.Linear(obs_dim, hid)
        self.lstm = nn.LSTMCell(hid, hid)
        self.actor = nn.Linear(hid, n_act)
        self.critic = nn.Linear(hid, 1)

    def forward(self, x, hc):
        hc = self.lstm(torch.relu(self.fc(x)), hc)
        return self.actor(hc[0]), self.critic(hc[0]).squeeze(-1), hc


@ray.remote(num_cpus=1)
class Member:
    def __init__(self, idx, env_id, n_envs, hparams):
        torch.manual_seed(idx)
        self.idx = idx
        self.n = n_envs
        self.hp = dict(hparams)
        self.envs = [gym.make(env_id) for _ in range(n_envs)]
        obs_dim = self.envs[0].observation_space.shape[0]
        self.net = LstmActorCritic(obs_dim, self.envs[0].action_space.n)
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=self.hp["lr"])
        self.obs = np.stack([e.reset(seed=idx * 100 + i)[0] for i, e in enumerate(self.envs)])
        self.hc = (torch.zeros(n_envs, self.net.hid), torch.zeros(n_envs, self.net.hid))
        self.ep_ret = np.zeros(n_envs)
        self.finished = []

    def train(self, updates, horizon=16):
        for _ in range(updates):
            self._update(horizon)
        score = float(np.mean(self.finished[-50:])) if self.finished else -1e9
        return self.idx, score

    def _update(self, horizon):
        self.hc = tuple(s.detach() for s in self.hc)
        logp, val, ent, rew, mask = [], [], [], [], []
        for _ in range(horizon):
            logits, v, self.hc = self.net(torch.as_tensor(self.obs, dtype=torch.float32), self.hc)
            dist = torch.distributions.Categorical(logits=logits)
            a = dist.sample()
            r, d = np.zeros(self.n, np.float32), np.zeros(self.n, np.float32)
            for i, e in enumerate(self.envs):
                o, r[i], term, trunc, _ = e.step(a[i].item())
                self.ep_ret[i] += r[i]
                if term or trunc:
                    d[i] = 1.0
                    self.finished.append(self.ep_ret[i])
                    self.ep_ret[i] = 0.0
                    o, _ = e.reset()
                self.obs[i] = o
            m = torch.as_tensor(1.0 - d)
            self.hc = tuple(s * m[:, None] for s in self.hc)
            logp.append(dist.log_prob(a)); val.append(v); ent.append(dist.entropy())
            rew.append(torch.as_tensor(r)); mask.append(m)
        with torch.no_grad():
            ret = self.net(torch.as_tensor(self.obs, dtype=torch.float32), self.hc)[1]
        loss = 0
        for t in reversed(range(horizon)):
            ret = rew[t] + 0.99 * mask[t] * ret
            adv = ret - val[t]
            loss = loss - (logp[t] * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - self.hp["ent"] * ent[t].mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()

    def export(self):
        return {k: v.cpu().clone() for k, v in self.net.state_dict().items()}, dict(self.hp)

    def exploit(self, parent):
        weights, hp = parent
        self.net.load_state_dict(weights)
        self.hp = {k: v * random.choice([0.8, 1.25]) for k, v in hp.items()}
        for group in self.opt.param_groups:
            group["lr"] = self.hp["lr"]
        self.finished.clear()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="LunarLander-v2")
    ap.add_argument("--population", type=int, default=8)
    ap.add_argument("--generations", type=int, default=100)
    ap.add_argument("--updates", type=int, default=200)
    args = ap.parse_args()
    ray.init()
    members = [
        Member.remote(i, args.env, 8, {"lr": 10 ** random.uniform(-4, -2.5), "ent": 10 ** random.uniform(-3, -1.5)})
        for i in range(args.population)
    ]
    for gen in range(args.generations):
        scores = ray.get([m.train.remote(args.updates) for m in members])
        scores.sort(key=lambda s: s[1])
        quarter = max(1, args.population // 4)
        losers, winners = scores[:quarter], scores[-quarter:]
        jobs = []
        for idx, _ in losers:
            parent = members[random.choice(winners)[0]].export.remote()
            jobs.append(members[idx].exploit.remote(parent))
        ray.get(jobs)
        print(f"gen {gen} best {scores[-1][1]:.1f} worst {scores[0][1]:.1f}")


if __name__ == "__main__":
    main()
