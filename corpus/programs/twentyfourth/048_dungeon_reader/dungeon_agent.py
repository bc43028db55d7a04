from __future__ import annotations

import argparse
import random
import string

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

COMMANDS = ("north", "south", "light lamp", "fight", "flee", "open chest")
CHARS = string.ascii_lowercase + " .,!'"


class Dungeon:
    """Linear dungeon of text rooms with monsters, darkness and one chest."""

    def __init__(self, depth: int = 6, limit: int = 50):
        self.depth, self.limit = depth, limit

    def reset(self) -> str:
        self.pos, self.lamp, self.turns = 0, False, 0
        self.monster = {i for i in range(1, self.depth) if random.random() < 0.3}
        self.chest = random.randrange(2, self.depth)
        return "you enter a dungeon. it is dark."

    def _see(self) -> str:
        if not self.lamp:
            return "it is dark."
        if self.pos in self.monster:
            return "a goblin growls at you!"
        return "a chest stands here." if self.pos == self.chest else "an empty room."

    def step(self, cmd: str) -> tuple[str, float, bool]:
        self.turns += 1
        end = self.turns >= self.limit
        if cmd == "light lamp":
            self.lamp = True
        elif cmd == "fight" and self.pos in self.monster:
            if random.random() < 0.2:
                return "the goblin kills you.", -1.0, True
            self.monster.discard(self.pos)
            return "the goblin falls.", 0.2, end
        elif cmd == "open chest" and self.pos == self.chest and self.pos not in self.monster:
            return "gold! you win.", 1.0, True
        elif cmd == "north" and self.pos not in self.monster:
            self.pos = min(self.depth - 1, self.pos + 1)
        elif cmd in ("south", "flee"):
            self.pos = max(0, self.pos - 1)
        return self._see(), -0.01, end


def encode(texts: list[str]) -> Tensor:
    rows = [torch.tensor([1 + CHARS.index(c) for c in t if c in CHARS]) for t in texts]
    return pad_sequence(rows, batch_first=True)


class Reader(nn.Module):
    def __init__(self, dim: int = 48):
        super().__init__()
        self.char = nn.Embedding(len(CHARS) + 1, 24, padding_idx=0)
        self.conv = nn.Conv1d(24, dim, 5, padding=2)
        self.story = nn.LSTMCell(dim + len(COMMANDS), dim)
        self.actor = nn.Linear(dim, len(COMMANDS))
        self.critic = nn.Linear(dim, 1)
        self.dim = dim

    def blank(self, n: int) -> tuple[Tensor, Tensor]:
        return torch.zeros(n, self.dim), torch.zeros(n, self.dim)

    def forward(self, text: Tensor, last: Tensor, state: tuple[Tensor, Tensor]):
        t = torch.relu(self.conv(self.char(text).transpose(1, 2))).amax(-1)
        state = self.story(torch.cat([t, last], -1), state)
        return self.actor(state[0]), self.critic(state[0]).squeeze(-1), state


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--games", type=int, default=16)
    ap.add_argument("--unroll", type=int, default=10)
    ap.add_argument("--updates", type=int, default=5000)
    ap.add_argument("--gamma", type=float, default=0.97)
    args = ap.parse_args()

    games = [Dungeon() for _ in range(args.games)]
    net = Reader()
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    texts = [g.reset() for g in games]
    last = torch.zeros(args.games, len(COMMANDS))
    state = net.blank(args.games)
    wins = ended = 0

    for u in range(args.updates):
        logps, values, rewards, alive, ents = [], [], [], [], []
        for _ in range(args.unroll):
            logits, value, state = net(encode(texts), last, state)
            dist = torch.distributions.Categorical(logits=logits)
            act = dist.sample()
            results = [g.step(COMMANDS[a]) for g, a in zip(games, act.tolist())]
            texts = [g.reset() if end else t for g, (t, _, end) in zip(games, results)]
            keep = torch.tensor([0.0 if end else 1.0 for _, _, end in results])
            last = nn.functional.one_hot(act, len(COMMANDS)).float() * keep[:, None]
            state = (state[0] * keep[:, None], state[1] * keep[:, None])
            logps.append(dist.log_prob(act))
            ents.append(dist.entropy())
            values.append(value)
            rewards.append(torch.tensor([r for _, r, _ in results]))
            alive.append(keep)
            wins += sum(r == 1.0 for _, r, _ in results)
            ended += sum(end for _, _, end in results)

        with torch.no_grad():
            _, ret, _ = net(encode(texts), last, state)
        loss = torch.zeros(())
        for lp, v, r, k, e in zip(*(reversed(x) for x in (logps, values, rewards, alive, ents))):
            ret = r + args.gamma * k * ret
            adv = ret - v
            loss = loss + (-lp * adv.detach() + 0.5 * adv**2 - 0.01 * e).mean()
        opt.zero_grad()
        (loss / args.unroll).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        state = (state[0].detach(), state[1].detach())

        if u % 100 == 99:
            print(f"update {u + 1}: won {wins} of {ended} games")
            wins = ended = 0

    torch.save(net.state_dict(), "reader.pt")


if __name__ == "__main__":
    main()
