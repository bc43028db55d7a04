import numpy as np
import torch
import torch.nn as nn
import yaml
from torch.distributions import Normal
from torch.utils.tensorboard import SummaryWriter

from lung import Lung


class ValveController(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.lstm = nn.LSTM(4, hidden, batch_first=True)
        self.mu = nn.Linear(hidden, 1)
        self.value = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.tensor(-1.0))

    def forward(self, x, state=None):
        y, state = self.lstm(x, state)
        return torch.sigmoid(self.mu(y)), self.value(y), state


class Trainer:
    def __init__(self, cfg):
        self.cfg = cfg
        self.env = Lung()
        self.net = ValveController(cfg["hidden"])
        self.opt = torch.optim.Adam(self.net.parameters(), lr=cfg["lr"])
        self.log = SummaryWriter(cfg["logdir"])
        self.best_score = -np.inf
        self.best_weights = None

    def episode(self, sample=True):
        obs, done, state = self.env.reset(), False, None
        seen, valves, rewards = [], [], []
        while not done:
            x = torch.tensor(obs).view(1, 1, -1)
            with torch.no_grad():
                mu, _, state = self.net(x, state)
                valve = Normal(mu, self.net.log_std.exp()).sample() if sample else mu
            seen.append(x)
            valves.append(valve)
            obs, r, done = self.env.step(float(valve.clamp(0, 1)))
            rewards.append(r)
        return torch.cat(seen, 1), torch.cat(valves, 1), rewards

    def update(self):
        batch = [self.episode() for _ in range(self.cfg["episodes_per_update"])]
        x = torch.cat([b[0] for b in batch])
        valves = torch.cat([b[1] for b in batch])
        returns = torch.zeros(x.shape[0], x.shape[1], 1)
        for i, (_, _, rewards) in enumerate(batch):
            g = 0.0
            for t in reversed(range(len(rewards))):
                g = rewards[t] + self.cfg["gamma"] * g
                returns[i, t] = g
        mu, value, _ = self.net(x)
        adv = (returns - value).detach()
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
        logp = Normal(mu, self.net.log_std.exp()).log_prob(valves)
        loss = -(logp * adv).mean() + 0.5 * (returns - value).pow(2).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        return loss.item()

    def validate(self):
        return float(np.mean([sum(self.episode(sample=False)[2]) for _ in range(20)]))

    def run(self):
        for i in range(self.cfg["updates"]):
            loss = self.update()
            self.log.add_scalar("loss", loss, i)
            if i % self.cfg["validate_every"]:
                continue
            score = self.validate()
            self.log.add_scalar("validation", score, i)
            if score > self.best_score:
                self.best_score = score
                self.best_weights = self.net.state_dict()
                print(f"{i}: new best {score:.1f}")
        self.net.load_state_dict(self.best_weights)
        torch.save({"net": self.net.state_dict(), "score": self.best_score}, self.cfg["out"])
        print(f"best score {self.best_score:.1f}, again {self.validate():.1f}")


if __name__ == "__main__":
    with open("vent.yaml") as f:
        Trainer(yaml.safe_load(f)).run()
