import random

import gymnasium as gym
import numpy as np
import torch
from torch import nn, optim
from torch.distributions import Categorical

FLOORS = 6
N_ENVS = 4
STEPS = 32
POP = 6
READY = 40


class Elevator(gym.Env):
    observation_space = gym.spaces.Box(0.0, 1.0, (FLOORS + 1,), np.float32)
    action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.pos, self.clock = 0, 0
        self.waiting = np.zeros(FLOORS)
        return self.observe(), {}

    def observe(self):
        buttons = (self.waiting > 0).astype(np.float32)
        return np.append(buttons, self.pos / (FLOORS - 1)).astype(np.float32)

    def step(self, action):
        self.clock += 1
        self.pos = int(np.clip(self.pos + (action - 1), 0, FLOORS - 1))
        if action == 1:
            self.waiting[self.pos] = 0
        self.waiting[self.waiting > 0] += 1
        if self.np_random.random() < 0.25:
            self.waiting[self.np_random.integers(FLOORS)] += 1
        return self.observe(), -float(self.waiting.sum()) / 50, False, self.clock >= 400, {}


class LiftPolicy(nn.Module):
    def __init__(self, size=96):
        super().__init__()
        self.lstm = nn.LSTM(FLOORS + 1, size)
        self.pi = nn.Linear(size, 3)
        self.v = nn.Linear(size, 1)

    def forward(self, obs, state=None):
        out, state = self.lstm(obs.unsqueeze(0), state)
        out = out.squeeze(0)
        return self.pi(out), self.v(out).squeeze(-1), state


def make_agent(i):
    envs = gym.vector.SyncVectorEnv([Elevator] * N_ENVS, autoreset_mode="SameStep")
    obs, _ = envs.reset(seed=i)
    policy = LiftPolicy()
    lr = 10 ** random.uniform(-4, -3)
    return dict(id=i, envs=envs, obs=torch.as_tensor(obs), policy=policy, lr=lr, score=0.0, state=None,
                opt=optim.Adam(policy.parameters(), lr=lr), ent=random.choice([0.001, 0.01, 0.03]))


def train(agent):
    policy, state = agent["policy"], agent["state"]
    logp, vals, rews, masks, ents = [], [], [], [], []
    for _ in range(STEPS):
        logits, v, state = policy(agent["obs"], state)
        pi = Categorical(logits=logits)
        a = pi.sample()
        nxt, r, term, trunc, _ = agent["envs"].step(a.numpy())
        mask = torch.as_tensor(~(term | trunc)).float()
        state = tuple(s * mask.view(1, -1, 1) for s in state)
        agent["obs"] = torch.as_tensor(nxt)
        logp.append(pi.log_prob(a)), vals.append(v), ents.append(pi.entropy())
        rews.append(torch.as_tensor(r).float()), masks.append(mask)
    with torch.no_grad():
        _, R, _ = policy(agent["obs"], state)
    loss = 0
    for t in reversed(range(STEPS)):
        R = rews[t] + 0.98 * masks[t] * R
        adv = R - vals[t]
        loss = loss + (0.5 * adv.pow(2) - logp[t] * adv.detach() - agent["ent"] * ents[t]).mean()
    agent["opt"].zero_grad()
    (loss / STEPS).backward()
    nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
    agent["opt"].step()
    agent["state"] = tuple(s.detach() for s in state)
    agent["score"] += 0.05 * (torch.stack(rews).mean().item() - agent["score"])


def inherit(child, parent):
    with torch.no_grad():
        for dst, src in zip(child["policy"].parameters(), parent["policy"].parameters()):
            dst.copy_(src)
    child["state"] = None
    child["lr"] = parent["lr"] * random.choice([0.8, 1.2])
    child["ent"] = parent["ent"] * random.choice([0.8, 1.2])
    child["opt"] = optim.Adam(child["policy"].parameters(), lr=child["lr"])
    child["score"] = parent["score"]


if __name__ == "__main__":
    agents = [make_agent(i) for i in range(POP)]
    for it in range(1, 6001):
        for ag in agents:
            train(ag)
        if it % READY == 0:
            agents.sort(key=lambda ag: ag["score"])
            inherit(agents[0], agents[-1])
            print(it, " ".join(f"{ag['id']}:{ag['score']:.3f}" for ag in agents))
