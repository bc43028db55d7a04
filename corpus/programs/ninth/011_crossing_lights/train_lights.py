import argparse
import copy

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical
from torch.utils.tensorboard import SummaryWriter

from crossing import Crossing


class LightsNet(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTMCell(obs_dim, hidden)
        self.actor = nn.Linear(hidden, n_actions)
        self.critic = nn.Linear(hidden, 1)
        self.reset()

    def reset(self):
        self.hx = torch.zeros(1, self.hidden)
        self.cx = torch.zeros(1, self.hidden)

    def detach(self):
        self.hx, self.cx = self.hx.detach(), self.cx.detach()

    def forward(self, obs):
        x = torch.as_tensor(obs).unsqueeze(0)
        self.hx, self.cx = self.lstm(x, (self.hx, self.cx))
        return Categorical(logits=self.actor(self.hx)), self.critic(self.hx).squeeze(-1)


class LightsTrainer:
    def __init__(self, args):
        self.args = args
        self.env = Crossing(seed=args.seed)
        self.eval_env = Crossing(seed=args.seed + 1000)
        self.net = LightsNet(Crossing.obs_dim, Crossing.n_actions)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=args.lr)
        self.ema = copy.deepcopy(self.net.state_dict())
        self.writer = SummaryWriter(args.logdir)
        self.obs = self.env.reset()

    def update_ema(self):
        d = self.args.ema
        for k, v in self.net.state_dict().items():
            self.ema[k].mul_(d).add_(v, alpha=1 - d)

    @torch.no_grad()
    def evaluate(self):
        live = copy.deepcopy(self.net.state_dict())
        self.net.load_state_dict(self.ema)
        scores = []
        for _ in range(self.args.eval_episodes):
            self.net.reset()
            obs, done, total = self.eval_env.reset(), False, 0.0
            while not done:
                dist, _ = self.net(obs)
                obs, r, done = self.eval_env.step(dist.probs.argmax().item())
                total += r
            scores.append(total)
        self.net.load_state_dict(live)
        return float(np.mean(scores))

    def train_step(self):
        self.net.detach()
        logps, values, ents, rewards, masks = [], [], [], [], []
        for _ in range(self.args.n_steps):
            dist, value = self.net(self.obs)
            action = dist.sample()
            self.obs, reward, done = self.env.step(action.item())
            logps.append(dist.log_prob(action))
            values.append(value)
            ents.append(dist.entropy())
            rewards.append(reward)
            masks.append(0.0 if done else 1.0)
            if done:
                self.obs = self.env.reset()
                self.net.reset()
        ret = values[-1].detach()
        loss = 0.0
        for i in reversed(range(self.args.n_steps - 1)):
            ret = rewards[i] + self.args.gamma * ret * masks[i]
            adv = ret - values[i]
            loss = loss - logps[i] * adv.detach() + 0.5 * adv.pow(2) - 0.01 * ents[i]
        self.opt.zero_grad()
        (loss / self.args.n_steps).mean().backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.update_ema()

    def train(self):
        best = -np.inf
        for it in range(1, self.args.iterations + 1):
            self.train_step()
            if it % self.args.eval_every == 0:
                score = self.evaluate()
                self.writer.add_scalar("eval/return", score, it)
                if score > best:
                    best = score
                    torch.save(self.ema, self.args.out)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--iterations", type=int, default=40000)
    p.add_argument("--n-steps", type=int, default=32)
    p.add_argument("--eval-every", type=int, default=200)
    p.add_argument("--eval-episodes", type=int, default=3)
    p.add_argument("--gamma", type=float, default=0.98)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--ema", type=float, default=0.995)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--logdir", default="runs/lights")
    p.add_argument("--out", default="lights_ema.pt")
    LightsTrainer(p.parse_args()).train()
