from __future__ import annotations

import copy
import random
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sevens import Sevens


class Side(nn.Module):
    def __init__(self, n_obs: int = 6, n_act: int = 6, width: int = 64) -> None:
        super().__init__()
        self.rnn = nn.LSTM(n_obs, width)
        self.head = nn.Linear(width, n_act)
        self.critic = nn.Linear(width, 1)

    def forward(self, obs: Tensor, state: tuple[Tensor, Tensor] | None):
        y, state = self.rnn(obs, state)
        return self.head(y), self.critic(y).squeeze(-1), state


@dataclass
class Past:
    name: str
    weights: dict[str, Tensor]
    wins: int = 1
    games: int = 2

    @property
    def rate(self) -> float:
        return self.wins / self.games


class League:
    def __init__(self, first: Side, size: int = 30) -> None:
        self.size = size
        self.members: list[Past] = []
        self.add("v0", first)

    def add(self, name: str, side: Side) -> None:
        self.members.append(Past(name, copy.deepcopy(side.state_dict())))
        if len(self.members) > self.size:
            weakest = min(self.members[1:], key=lambda m: m.rate)
            self.members.remove(weakest)

    def draw(self) -> Past:
        return random.choices(self.members, weights=[m.rate ** 2 + 0.01 for m in self.members])[0]


def play_match(env: Sevens, me: Side, other: Side):
    views = env.kick_off()
    my_state = other_state = None
    logps, values, rewards, ents = [], [], [], []
    over = False
    while not over:
        logits, v, my_state = me(torch.from_numpy(views[0]).view(1, 1, -1), my_state)
        with torch.no_grad():
            other_logits, _, other_state = other(torch.from_numpy(views[1]).view(1, 1, -1), other_state)
        pi = torch.distributions.Categorical(logits=logits.view(-1))
        a = pi.sample()
        b = torch.distributions.Categorical(logits=other_logits.view(-1)).sample()
        views, reward, over = env.step([int(a), int(b)])
        logps.append(pi.log_prob(a))
        ents.append(pi.entropy())
        values.append(v.view(()))
        rewards.append(reward[0])
    return torch.stack(logps), torch.stack(values), torch.stack(ents), rewards


def returns(rewards: list[float], gamma: float) -> Tensor:
    out, g = [], 0.0
    for r in reversed(rewards):
        g = r + gamma * g
        out.append(g)
    return torch.tensor(out[::-1])


def main(matches: int = 50_000, gamma: float = 0.99) -> None:
    env = Sevens()
    me, other = Side(), Side()
    opt = torch.optim.Adam(me.parameters(), lr=3e-4)
    league = League(me)
    for n in range(1, matches + 1):
        foe = league.draw()
        other.load_state_dict(foe.weights)
        logps, values, ents, rewards = play_match(env, me, other)
        g = returns(rewards, gamma)
        loss = -(logps * (g - values.detach())).mean() + 0.5 * F.mse_loss(values, g) - 0.01 * ents.mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(me.parameters(), 1.0)
        opt.step()
        foe.games += 1
        foe.wins += env.score[1] > env.score[0]
        if n % 500 == 0:
            league.add(f"v{n}", me)
            print(n, {m.name: round(m.rate, 2) for m in league.members})


if __name__ == "__main__":
    main()
