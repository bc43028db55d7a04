import os
from collections import deque

import hydra
import torch
import torch.nn as nn
import torch.nn.functional as F
from omegaconf import DictConfig

from blocks import BlockTable


class StackerNet(nn.Module):
    def __init__(self, n_in, n_out, hidden):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(n_in, hidden)
        self.cell = nn.LSTMCell(hidden, hidden)
        self.actor = nn.Linear(hidden, n_out)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, x, hc):
        h, c = self.cell(torch.tanh(self.inp(x)), hc)
        return self.actor(h), self.critic(h), (h, c)


class Stacker:
    def __init__(self, cfg):
        self.cfg = cfg
        self.net = StackerNet(5, 4, cfg.hidden)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=cfg.lr)
        self.start_episode()

    def start_episode(self):
        self.hc = (torch.zeros(1, self.cfg.hidden), torch.zeros(1, self.cfg.hidden))

    def act(self, obs):
        logits, value, self.hc = self.net(torch.from_numpy(obs).unsqueeze(0), self.hc)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        return a.item(), dist.log_prob(a), dist.entropy(), value.squeeze(-1)

    def episode(self, env):
        obs = env.reset()
        self.start_episode()
        steps, solved, late = [], False, False
        while not (solved or late):
            a, logp, ent, v = self.act(obs)
            obs, r, solved, late = env.step(a)
            steps.append((logp, ent, v, r))
        logps, ents, vals = (torch.cat(x) for x in list(zip(*steps))[:3])
        g, rets = 0.0, []
        for *_, r in reversed(steps):
            g = r + self.cfg.gamma * g
            rets.append(g)
        rets = torch.tensor(rets[::-1])
        loss = -(logps * (rets - vals.detach())).mean() + 0.5 * F.smooth_l1_loss(vals, rets) - self.cfg.ent * ents.mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        return solved

    def save(self, path):
        torch.save({"net": self.net.state_dict(), "opt": self.opt.state_dict()}, path)

    def load(self, path):
        ckpt = torch.load(path)
        self.net.load_state_dict(ckpt["net"])
        self.opt.load_state_dict(ckpt["opt"])


@hydra.main(config_path=".", config_name="config", version_base=None)
def main(cfg: DictConfig):
    agent = Stacker(cfg)
    for i, stage in enumerate(cfg.stages):
        if i > 0:
            agent.load(f"stage{i - 1}.pt")
        env = BlockTable(stage.columns, stage.height, stage.wobble, seed=i)
        last = deque(maxlen=200)
        top = 0.0
        for ep in range(stage.max_episodes):
            last.append(agent.episode(env))
            rate = sum(last) / 200
            if rate > top or not os.path.exists(f"stage{i}.pt"):
                top = rate
                agent.save(f"stage{i}.pt")
            if rate >= stage.goal:
                break
        print(f"stage {i} ({stage.columns}x{stage.height}): {top:.2f} after {ep + 1} episodes")


if __name__ == "__main__":
    main()
