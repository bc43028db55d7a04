import copy
import random
import time

import hydra
import ray
import torch
import torch.nn as nn
import torch.nn.functional as F
from omegaconf import DictConfig

from game import EndlessRunner


class QNet(nn.Module):
    def __init__(self, hidden=128):
        super().__init__()
        self.fc = nn.Linear(EndlessRunner.n_obs, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, EndlessRunner.n_actions)
        self.val = nn.Linear(hidden, 1)
        self.hidden = hidden

    def zero(self, n=1):
        return torch.zeros(1, n, self.hidden), torch.zeros(1, n, self.hidden)

    def forward(self, x, hc):
        y, hc = self.lstm(F.relu(self.fc(x)), hc)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hc


@ray.remote
class Actor:
    def __init__(self, idx, cfg, learner, memory):
        self.env = EndlessRunner(idx)
        self.q = QNet()
        self.eps = 0.4 ** (1 + 7 * idx / max(1, cfg.actors - 1))
        self.cfg, self.learner, self.memory = cfg, learner, memory

    @torch.no_grad()
    def run(self):
        steps = 0
        while True:
            obs, done = self.env.reset(), False
            hc = self.q.zero()
            seq, first = [], hc
            while not done:
                qs, hc_next = self.q(torch.from_numpy(obs).view(1, 1, -1), hc)
                a = random.randrange(EndlessRunner.n_actions) if random.random() < self.eps else int(qs.argmax())
                nxt, r, done = self.env.step(a)
                seq.append((obs, a, r, done))
                obs, hc = nxt, hc_next
                steps += 1
                if len(seq) == self.cfg.seq_len:
                    self.memory.add.remote(seq, first)
                    seq, first = [], hc
                if steps % self.cfg.sync_every == 0:
                    self.q.load_state_dict(ray.get(self.learner.weights.remote()))


@ray.remote
class Memory:
    def __init__(self, size):
        self.size, self.data = size, []

    def add(self, seq, hc):
        self.data.append((seq, hc))
        if len(self.data) > self.size:
            self.data.pop(0)

    def sample(self, n):
        return random.sample(self.data, n) if len(self.data) >= 10 * n else None


@ray.remote
class Learner:
    def __init__(self, cfg, memory):
        self.cfg, self.memory = cfg, memory
        self.q = QNet()
        self.tgt = copy.deepcopy(self.q)
        self.opt = torch.optim.Adam(self.q.parameters(), lr=cfg.lr)
        self.updates = 0

    def weights(self):
        return {k: v.clone() for k, v in self.q.state_dict().items()}

    def update(self):
        batch = ray.get(self.memory.sample.remote(self.cfg.batch))
        if batch is None:
            time.sleep(1.0)
            return None
        obs = torch.stack([torch.stack([torch.from_numpy(s[0]) for s in seq]) for seq, _ in batch])
        act, rew, done = (torch.tensor([[s[i] for s in seq] for seq, _ in batch]) for i in (1, 2, 3))
        hc = tuple(torch.cat([h[i] for _, h in batch], dim=1) for i in (0, 1))
        q, _ = self.q(obs, hc)
        with torch.no_grad():
            qt, _ = self.tgt(obs, hc)
            best = q[:, 1:].argmax(-1, keepdim=True)
            y = rew[:, :-1] + self.cfg.gamma * (~done[:, :-1]) * qt[:, 1:].gather(-1, best).squeeze(-1)
        qa = q[:, :-1].gather(-1, act[:, :-1, None]).squeeze(-1)
        loss = F.smooth_l1_loss(qa[:, self.cfg.burn_in:], y[:, self.cfg.burn_in:])
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.updates += 1
        if self.updates % self.cfg.target_every == 0:
            self.tgt.load_state_dict(self.q.state_dict())
        return loss.item()


@hydra.main(config_path=".", config_name="config", version_base=None)
def main(cfg: DictConfig):
    ray.init()
    memory = Memory.remote(cfg.memory)
    learner = Learner.remote(cfg, memory)
    actors = [Actor.remote(i, cfg, learner, memory) for i in range(cfg.actors)]
    for actor in actors:
        actor.run.remote()
    for n in range(cfg.updates):
        loss = ray.get(learner.update.remote())
        if loss is not None and n % 100 == 0:
            print(n, loss)
    torch.save(ray.get(learner.weights.remote()), "runner_q.pt")


if __name__ == "__main__":
    main()
