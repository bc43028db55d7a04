import collections
import random

import numpy as np
import torch
import torch.nn.functional as F

from maze_env import ColourRooms

Episode = collections.namedtuple("Episode", "obs act rew term")
BATCH, GAMMA, TAU = 32, 0.97, 0.005


class RecurrentQ(torch.nn.Module):
    def __init__(self, n_obs, n_act, units=64):
        super().__init__()
        self.gru = torch.nn.GRU(n_obs, units, batch_first=True)
        self.adv = torch.nn.Linear(units, n_act)
        self.val = torch.nn.Linear(units, 1)

    def forward(self, seq, h0=None):
        y, h = self.gru(seq, h0)
        adv = self.adv(y)
        return self.val(y) + adv - adv.mean(-1, keepdim=True), h


class Learner:
    def __init__(self, env):
        n_obs, n_act = env.observation_space.shape[0], env.action_space.n
        self.online = RecurrentQ(n_obs, n_act)
        self.target = RecurrentQ(n_obs, n_act)
        self.target.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.Adam(self.online.parameters(), lr=5e-4)
        self.replay = collections.deque(maxlen=5000)

    def soft_update(self):
        with torch.no_grad():
            for p, q in zip(self.target.parameters(), self.online.parameters()):
                p.mul_(1 - TAU).add_(q, alpha=TAU)

    def batch(self):
        eps = random.sample(self.replay, BATCH)
        T = max(len(e.act) for e in eps)
        obs = np.zeros((BATCH, T + 1, eps[0].obs.shape[1]), np.float32)
        act = np.zeros((BATCH, T), np.int64)
        rew = np.zeros((BATCH, T), np.float32)
        term = np.zeros((BATCH, T), np.float32)
        mask = np.zeros((BATCH, T), np.float32)
        for i, e in enumerate(eps):
            n = len(e.act)
            obs[i, : n + 1], act[i, :n], rew[i, :n], mask[i, :n] = e.obs, e.act, e.rew, 1
            term[i, n - 1] = e.term
        return [torch.from_numpy(x) for x in (obs, act, rew, term, mask)]

    def learn(self):
        obs, act, rew, term, mask = self.batch()
        q, _ = self.online(obs)
        with torch.no_grad():
            q_target, _ = self.target(obs)
            greedy = q[:, 1:].argmax(-1, keepdim=True)
            nxt = q_target[:, 1:].gather(-1, greedy).squeeze(-1)
            y = rew + GAMMA * (1 - term) * nxt
        chosen = q[:, :-1].gather(-1, act.unsqueeze(-1)).squeeze(-1)
        loss = (F.smooth_l1_loss(chosen, y, reduction="none") * mask).sum() / mask.sum()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.soft_update()
        return loss.item()

    @torch.no_grad()
    def gather(self, env, eps):
        o, _ = env.reset()
        obs, act, rew = [o], [], []
        h, term, trunc = None, False, False
        while not (term or trunc):
            q, h = self.online(torch.from_numpy(o).view(1, 1, -1), h)
            a = env.action_space.sample() if random.random() < eps else q.argmax().item()
            o, r, term, trunc, _ = env.step(a)
            obs.append(o)
            act.append(a)
            rew.append(r)
        self.replay.append(Episode(np.stack(obs), np.array(act), np.array(rew), float(term)))
        return sum(rew)


if __name__ == "__main__":
    env = ColourRooms()
    learner = Learner(env)
    recent = collections.deque(maxlen=200)
    for ep in range(40000):
        recent.append(learner.gather(env, max(0.05, 1 - ep / 8000)))
        if len(learner.replay) >= 200:
            loss = learner.learn()
            if ep % 500 == 0:
                print(ep, f"loss {loss:.4f} return {np.mean(recent):.3f}")
