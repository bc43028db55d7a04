"""Early-decision agent for isolated signs (wait / say gloss), PPO-free: plain actor-critic."""
from __future__ import annotations

import dataclasses
import logging
from typing import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

log = logging.getLogger("signs")


@dataclasses.dataclass
class Settings:
    joints: int = 10
    words: int = 8
    hidden: int = 64
    batch: int = 32
    frames: int = 24
    updates: int = 8000
    lr: float = 1e-3
    out: str = "sign_policy.pt"


class Reader(nn.Module):
    """Keeps the two LSTM vectors as buffers so that .to(device) moves them, but not in checkpoints."""

    h: Tensor
    c: Tensor

    def __init__(self, s: Settings) -> None:
        super().__init__()
        self.s = s
        self.lstm = nn.LSTMCell(s.joints * 2, s.hidden)
        self.actor = nn.Linear(s.hidden, s.words + 1)
        self.critic = nn.Linear(s.hidden, 1)
        self.register_buffer("h", torch.zeros(s.batch, s.hidden), persistent=False)
        self.register_buffer("c", torch.zeros(s.batch, s.hidden), persistent=False)

    def clear(self, n: int) -> None:
        ref = self.actor.weight
        self.h = ref.new_zeros(n, self.s.hidden)
        self.c = ref.new_zeros(n, self.s.hidden)

    def forward(self, frame: Tensor) -> tuple[Tensor, Tensor]:
        self.h, self.c = self.lstm(frame.flatten(1), (self.h, self.c))
        return self.actor(self.h), self.critic(self.h).squeeze(-1)


class Signs:
    def __init__(self, s: Settings) -> None:
        self.s = s
        g = torch.Generator().manual_seed(5)
        self.keyposes = torch.randn(s.words, 3, s.joints, 2, generator=g)

    def batches(self, n: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Yields ([n, T, joints, 2], labels); three key poses with blends between them."""
        t = torch.linspace(0, 2, self.s.frames)
        lo, frac = t.long().clamp(max=1), t - t.long().clamp(max=1)
        while True:
            y = torch.randint(self.s.words, (n,))
            k = self.keyposes[y]
            w = frac.view(1, -1, 1, 1)
            clip = k[:, lo] * (1 - w) + k[:, lo + 1] * w
            yield clip + 0.4 * torch.randn_like(clip), y


def run_clip(net: Reader, clip: Tensor, y: Tensor, greedy: bool = False):
    n, frames = clip.shape[:2]
    net.clear(n)
    alive, said = torch.ones(n), torch.zeros(n)
    logps, values, rewards, masks = [], [], [], []
    for t in range(frames):
        logits, v = net(clip[:, t])
        dist = torch.distributions.Categorical(logits=logits)
        a = logits.argmax(-1) if greedy else dist.sample()
        speaks = (a > 0).float() * alive
        right = (a - 1 == y).float()
        logps.append(dist.log_prob(a))
        values.append(v)
        masks.append(alive)
        rewards.append(speaks * (2 * right - 1) - 0.02 * alive * (a == 0).float())
        said = said + speaks * right
        alive = alive * (1 - speaks)
    return torch.stack(logps), torch.stack(values), torch.stack(rewards), torch.stack(masks), said.mean().item()


def train(s: Settings) -> None:
    net, signs = Reader(s), Signs(s)
    opt = torch.optim.Adam(net.parameters(), lr=s.lr)
    best = 0.0
    for u, (clip, y) in zip(range(1, s.updates + 1), signs.batches(s.batch)):
        logps, values, rewards, masks, _ = run_clip(net, clip, y)
        returns = rewards.flip(0).cumsum(0).flip(0)
        adv = (returns - values.detach()) * masks
        loss = -(logps * adv).sum(0).mean() + 0.5 * F.mse_loss(values * masks, returns * masks)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        if u % 250 == 0:
            with torch.no_grad():
                acc = run_clip(net, *next(signs.batches(512)), greedy=True)[-1]
            log.info("update %d accuracy %.3f", u, acc)
            if acc > best:
                best = acc
                torch.save({"net": net.state_dict(), "accuracy": acc}, s.out)

    blob = torch.load(s.out)
    net.load_state_dict(blob["net"])
    with torch.no_grad():
        acc = run_clip(net, *next(signs.batches(4096)), greedy=True)[-1]
    log.info("best one on fresh clips: %.3f", acc)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    train(Settings())
