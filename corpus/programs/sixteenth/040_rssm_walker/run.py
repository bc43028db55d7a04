import copy
import random

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from wm import WorldModel, feat


class Learner:
    def __init__(self, obs, act):
        self.wm = WorldModel(obs, act)
        self.actor = nn.Sequential(nn.Linear(108, 64), nn.ELU(), nn.Linear(64, act), nn.Tanh())
        self.value = nn.Sequential(nn.Linear(108, 64), nn.ELU(), nn.Linear(64, 1))
        self.slow = copy.deepcopy(self.value)
        self.o_wm = torch.optim.Adam(self.wm.parameters(), 6e-4)
        self.o_ac = torch.optim.Adam(self.actor.parameters(), 8e-5)
        self.o_va = torch.optim.Adam(self.value.parameters(), 8e-5)

    def update(self, obs, act, rew):
        st = self.wm.initial(obs.shape[1])
        loss, starts = 0.0, []
        for o, a, r in zip(obs, act, rew):
            st, kl = self.wm.step(st, a, o)
            f = feat(st)
            loss = loss + F.mse_loss(self.wm.dec(f), o) + kl.clamp(min=1.0).mean()
            loss = loss + F.mse_loss(self.wm.rew(f).squeeze(-1), r)
            starts.append({k: v.detach() for k, v in st.items()})
        self.o_wm.zero_grad()
        (loss / len(obs)).backward()
        self.o_wm.step()

        st = {k: torch.cat([s[k] for s in starts]) for k in starts[0]}
        feats, rews = [], []
        for _ in range(10):
            f = feat(st)
            st, _ = self.wm.step(st, self.actor(f))
            feats.append(f)
            rews.append(self.wm.rew(feat(st)).squeeze(-1))
        g = self.slow(feat(st)).squeeze(-1)
        rets = []
        for r in reversed(rews):
            g = r + 0.98 * g
            rets.insert(0, g)
        rets = torch.stack(rets)
        self.o_ac.zero_grad()
        (-rets.mean()).backward()
        self.o_ac.step()
        self.o_va.zero_grad()
        pred = self.value(torch.stack(feats).detach()).squeeze(-1)
        F.mse_loss(pred, rets.detach()).backward()
        self.o_va.step()
        with torch.no_grad():
            for p, q in zip(self.value.parameters(), self.slow.parameters()):
                q.lerp_(p, 0.02)


@torch.no_grad()
def episode(env, wm, actor, noise):
    o, _ = env.reset()
    st = wm.initial(1)
    a = torch.zeros(1, env.action_space.shape[0])
    ep, over = [], False
    while not over:
        x = torch.as_tensor(o, dtype=torch.float32)[None]
        st, _ = wm.step(st, a, x)
        prev = a
        a = (actor(feat(st)) + noise * torch.randn_like(a)).clamp(-1, 1)
        ep.append((o, prev[0].numpy(), ep_reward if ep else 0.0))
        o, ep_reward, term, trunc, _ = env.step(a[0].numpy())
        over = term or trunc
    return [np.array(c, dtype=np.float32) for c in zip(*ep)]


def sample(memory, batch=16, length=30):
    rows = []
    while len(rows) < batch:
        ep = random.choice(memory)
        i = random.randint(0, len(ep[0]) - length)
        rows.append([c[i:i + length] for c in ep])
    return [torch.as_tensor(np.stack(c, 1)) for c in zip(*rows)]


def main():
    env = gym.make("Pendulum-v1")
    learner = Learner(3, 1)
    acting_wm, acting_pi = copy.deepcopy(learner.wm), copy.deepcopy(learner.actor)
    memory = []
    for n in range(1000):
        acting_wm.load_state_dict(learner.wm.state_dict())
        acting_pi.load_state_dict(learner.actor.state_dict())
        memory.append(episode(env, acting_wm, acting_pi, 0.3))
        print(n, memory[-1][2].sum())
        if n >= 5:
            for _ in range(50):
                learner.update(*sample(memory))


if __name__ == "__main__":
    main()
