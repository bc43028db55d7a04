from copy import deepcopy
from dataclasses import dataclass

import torch
import torch.nn as nn
import yaml
from torch.distributions import Normal

from kart import DuelBatch


@dataclass
class Params:
    minibatch_epochs: int = 4
    horizon: int = 240
    max_epochs: int = 3000
    gamma: float = 0.99
    tau: float = 0.95
    e_clip: float = 0.2
    learning_rate: float = 3e-4
    update_score: float = 0.5
    max_players: int = 30

    @classmethod
    def from_yaml(cls, path):
        with open(path) as f:
            return cls(**yaml.safe_load(f)["params"])


class A2CNetwork(nn.Module):
    def __init__(self, obs_dim, act_dim, units=64):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(obs_dim, units), nn.ELU())
        self.rnn = nn.GRU(units, units)
        self.mu = nn.Linear(units, act_dim)
        self.sigma = nn.Parameter(torch.zeros(act_dim))
        self.value = nn.Linear(units, 1)
        self.units = units

    def get_default_rnn_state(self, n):
        return torch.zeros(1, n, self.units)

    def forward(self, obs, rnn):
        y, rnn = self.rnn(self.mlp(obs), rnn)
        return Normal(self.mu(y), self.sigma.exp()), self.value(y).squeeze(-1), rnn


class KartPlayer:
    """An earlier version of the driver."""

    def __init__(self, obs_dim, act_dim, weights):
        self.model = A2CNetwork(obs_dim, act_dim).eval()
        self.model.load_state_dict(weights)
        self.states = None
        self.games, self.wins = 0, 0.0

    def reset(self, n):
        self.states = self.model.get_default_rnn_state(n)

    @torch.no_grad()
    def get_action(self, obs):
        dist, _, self.states = self.model(obs[None], self.states)
        return dist.sample()[0]


class Agent:
    def __init__(self, params):
        self.p = params
        self.env = DuelBatch(steps=params.horizon)
        self.dims = self.env.obs_dim, self.env.act_dim
        self.model = A2CNetwork(*self.dims)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=params.learning_rate)
        self.players = []
        self.add_player()

    def add_player(self):
        weights = deepcopy(self.model.state_dict())
        self.players.append(KartPlayer(*self.dims, weights))
        self.players = self.players[-self.p.max_players:]

    def choose(self):
        hard = torch.tensor([1.0 + pl.wins / max(1, pl.games) for pl in self.players])
        return self.players[int(torch.multinomial(hard, 1))]

    @torch.no_grad()
    def play_steps(self, player):
        obs, other = self.env.reset()
        rnn = self.model.get_default_rnn_state(self.env.batch)
        player.reset(self.env.batch)
        roll = {k: [] for k in ("obs", "act", "logp", "val", "rew")}
        for _ in range(self.p.horizon):
            dist, val, rnn = self.model(obs[None], rnn)
            act = dist.sample()
            nobs, nother, rew = self.env.step(act[0], player.get_action(other))
            for k, x in zip(roll, (obs, act[0], dist.log_prob(act).sum(-1)[0], val[0], rew)):
                roll[k].append(x)
            obs, other = nobs, nother
        lead = (self.env.s[:, 0] > self.env.s[:, 1]).float().mean().item()
        return {k: torch.stack(v) for k, v in roll.items()}, lead

    def train_epoch(self, roll):
        adv, last, nxt = torch.zeros_like(roll["rew"]), 0.0, torch.zeros(self.env.batch)
        for t in reversed(range(self.p.horizon)):
            delta = roll["rew"][t] + self.p.gamma * nxt - roll["val"][t]
            last = delta + self.p.gamma * self.p.tau * last
            adv[t], nxt = last, roll["val"][t]
        ret = adv + roll["val"]
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(self.p.minibatch_epochs):
            dist, val, _ = self.model(roll["obs"], self.model.get_default_rnn_state(self.env.batch))
            ratio = (dist.log_prob(roll["act"]).sum(-1) - roll["logp"]).exp()
            clip = ratio.clamp(1 - self.p.e_clip, 1 + self.p.e_clip)
            loss = -torch.min(ratio * adv, clip * adv).mean() + (ret - val).pow(2).mean()
            self.optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()

    def train(self):
        score = 0.0
        for epoch in range(self.p.max_epochs):
            player = self.choose()
            roll, lead = self.play_steps(player)
            player.games += 1
            player.wins += 1 - lead
            self.train_epoch(roll)
            score = 0.95 * score + 0.05 * (2 * lead - 1)
            if score > self.p.update_score:
                self.add_player()
                score = 0.0
                print(f"epoch {epoch}: {len(self.players)} players")
        torch.save({"model": self.model.state_dict(), "params": vars(self.p)}, "gokart.pth")


if __name__ == "__main__":
    Agent(Params.from_yaml("gokart.yaml")).train()
