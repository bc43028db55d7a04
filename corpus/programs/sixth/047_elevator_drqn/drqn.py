"""DRQN for one lift whose hall calls do not tell how many people wait. Sequences come from a
TorchRL buffer; both nets are unrolled from zero over the sampled slice (bootstrapped random updates)."""
import random
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn as nn
from tensordict import TensorDict
from torchrl.data import LazyTensorStorage, TensorDictReplayBuffer


@dataclass
class Cfg:
    floors: int = 8
    slice_len: int = 32
    batch: int = 64
    gamma: float = 0.98
    lr: float = 3e-4
    steps: int = 500_000
    learn_every: int = 4
    target_every: int = 1_000
    eps_end: float = 0.05
    eps_decay: int = 100_000


class Lift:
    def __init__(self, floors, seed=0):
        self.n = floors
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.at, self.t = 0, 0
        self.wait = np.zeros(self.n, int)
        self.inside = np.zeros(self.n, int)
        return self.see()

    def see(self):
        pos = np.eye(self.n)[self.at]
        return np.concatenate([pos, self.wait > 0, self.inside > 0]).astype(np.float32)

    def step(self, a):  # 0 down, 1 open, 2 up
        self.wait += self.rng.random(self.n) < 0.02
        r = -0.05 * (self.wait.sum() + self.inside.sum())
        if a == 1:
            r += self.inside[self.at]
            self.inside[self.at] = 0
            for _ in range(self.wait[self.at]):
                self.inside[self.rng.integers(self.n)] += 1
            self.wait[self.at] = 0
        else:
            self.at = int(np.clip(self.at + a - 1, 0, self.n - 1))
        self.t += 1
        return self.see(), float(r), self.t >= 600


class QNet(nn.Module):
    def __init__(self, obs, act, hid=96):
        super().__init__()
        self.hid = hid
        self.f = nn.Sequential(nn.Linear(obs, hid), nn.ReLU())
        self.rnn = nn.GRU(hid, hid, batch_first=True)
        self.q = nn.Linear(hid, act)

    def zero(self, b):
        return torch.zeros(1, b, self.hid, device=self.q.weight.device)

    def forward(self, o, h):
        y, h = self.rnn(self.f(o), h)
        return self.q(y), h


class Agent:
    def __init__(self, cfg: Cfg):
        self.cfg = cfg
        n_obs = 3 * cfg.floors
        self.online, self.target = QNet(n_obs, 3), QNet(n_obs, 3)
        self.sync()
        self.opt = torch.optim.Adam(self.online.parameters(), cfg.lr)
        self.h = self.online.zero(1)

    def sync(self):
        self.target.load_state_dict(self.online.state_dict())

    def begin(self):
        self.h = self.online.zero(1)

    @torch.no_grad()
    def act(self, obs, eps):
        q, self.h = self.online(torch.from_numpy(obs)[None, None], self.h)
        return random.randrange(3) if random.random() < eps else int(q.argmax())

    def learn(self, b):
        c = self.cfg
        h_on, h_tg = self.online.zero(len(b)), self.target.zero(len(b))
        q, _ = self.online(b["obs"], h_on)
        with torch.no_grad():
            tq, _ = self.target(b["obs"], h_tg)
            pick = q[:, 1:].argmax(-1, keepdim=True)
            nxt = tq[:, 1:].gather(-1, pick).squeeze(-1)
            y = b["rew"][:, :-1] + c.gamma * (~b["end"][:, :-1]) * nxt
        qa = q[:, :-1].gather(-1, b["act"][:, :-1, None]).squeeze(-1)
        loss = nn.functional.smooth_l1_loss(qa, y)
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.online.parameters(), 10)
        self.opt.step()
        return loss.item()


def main(cfg=Cfg()):
    env, agent = Lift(cfg.floors), Agent(cfg)
    rb = TensorDictReplayBuffer(storage=LazyTensorStorage(20_000), batch_size=cfg.batch)
    obs = env.reset()
    piece, ep, score = [], 0, 0.0
    for t in range(1, cfg.steps + 1):
        eps = max(cfg.eps_end, 1 - t / cfg.eps_decay)
        a = agent.act(obs, eps)
        nxt, r, end = env.step(a)
        piece.append((obs, a, r, end))
        obs, score = nxt, score + r
        if len(piece) == cfg.slice_len:
            o, a_, r_, e = zip(*piece)
            rb.add(TensorDict({"obs": torch.from_numpy(np.stack(o)), "act": torch.tensor(a_),
                               "rew": torch.tensor(r_), "end": torch.tensor(e)}, batch_size=[]))
            piece = []
        if end:
            piece, ep = [], ep + 1
            print(f"ep {ep} score {score:.1f} eps {eps:.2f}")
            obs, score = env.reset(), 0.0
            agent.begin()
        if len(rb) > 4 * cfg.batch and t % cfg.learn_every == 0:
            agent.learn(rb.sample())
        if t % cfg.target_every == 0:
            agent.sync()
    torch.save(agent.online.state_dict(), "lift.pt")


if __name__ == "__main__":
    main()
