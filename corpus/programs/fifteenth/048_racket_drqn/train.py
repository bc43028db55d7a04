from __future__ import annotations

import random
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rally import RallySim


@dataclass
class Settings:
    matches: int = 30_000
    hidden: int = 80
    lr: float = 3e-4
    gamma: float = 0.97
    sync_matches: int = 20
    eps_last: float = 0.05
    eps_matches: int = 4_000


class DuelNet(nn.Module):
    def __init__(self, n_in: int, n_out: int, hidden: int):
        super().__init__()
        self.lstm = nn.LSTMCell(n_in, hidden)
        self.adv = nn.Linear(hidden, n_out)
        self.val = nn.Linear(hidden, 1)
        self.hidden = hidden

    def blank(self) -> tuple[Tensor, Tensor]:
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, x: Tensor, s: tuple[Tensor, Tensor]):
        h, c = self.lstm(x, s)
        a = self.adv(h)
        return self.val(h) + a - a.mean(1, keepdim=True), (h, c)


class RacketAgent:
    def __init__(self, n_in: int, n_out: int, cfg: Settings):
        self.cfg, self.n_out = cfg, n_out
        self.online = DuelNet(n_in, n_out, cfg.hidden)
        self.target = DuelNet(n_in, n_out, cfg.hidden)
        self.target.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.RMSprop(self.online.parameters(), lr=cfg.lr)
        self.matches = 0
        self.new_match()

    def new_match(self) -> None:
        self.s_online = self.online.blank()
        self.s_target = self.target.blank()
        self.chosen: list[Tensor] = []
        self.rewards: list[float] = []
        self.next_values: list[Tensor] = []

    def act(self, obs: Tensor, eps: float) -> int:
        x = obs.unsqueeze(0)
        q, self.s_online = self.online(x, self.s_online)
        with torch.no_grad():
            qt, self.s_target = self.target(x, self.s_target)
        if self.chosen:
            self.next_values.append(qt[0, q[0].argmax()])
        a = random.randrange(self.n_out) if random.random() < eps else int(q.argmax())
        self.chosen.append(q[0, a])
        return a

    def reward(self, r: float) -> None:
        self.rewards.append(r)

    def match_over(self) -> float:
        """One update with the whole match, then (now and then) the target network."""
        nxt = torch.stack(self.next_values + [torch.zeros(())])
        y = torch.tensor(self.rewards) + self.cfg.gamma * nxt
        loss = nn.functional.smooth_l1_loss(torch.stack(self.chosen), y)
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.online.parameters(), 5.0)
        self.opt.step()
        self.matches += 1
        if self.matches % self.cfg.sync_matches == 0:
            self.target.load_state_dict(self.online.state_dict())
        self.new_match()
        return loss.item()


def main() -> None:
    cfg = Settings()
    env = RallySim()
    agent = RacketAgent(env.n_in, env.n_out, cfg)
    mean_hits = 0.0
    for match in range(cfg.matches):
        eps = max(cfg.eps_last, 1.0 - match / cfg.eps_matches)
        obs, over = env.reset(), False
        while not over:
            a = agent.act(obs, eps)
            obs, r, over = env.step(a)
            agent.reward(r)
        loss = agent.match_over()
        mean_hits += 0.01 * (env.hits - mean_hits)
        if match % 250 == 0:
            print(f"match {match:6d} hits {mean_hits:5.2f} loss {loss:.4f}")
    torch.save(agent.online.state_dict(), "racket.pt")


if __name__ == "__main__":
    main()
