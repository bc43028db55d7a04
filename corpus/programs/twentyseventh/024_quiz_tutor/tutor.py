from __future__ import annotations

import argparse
import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn, optim
from torch.distributions import Categorical

from students import Pupil


@dataclass
class TutorConfig:
    words: int = 12
    questions: int = 40
    hidden: int = 80
    lr: float = 5e-4
    lessons: int = 40_000
    exam_every: int = 500
    patience: int = 8


class TutorNet(nn.Module):
    def __init__(self, cfg: TutorConfig) -> None:
        super().__init__()
        self.words = cfg.words
        self.lstm = nn.LSTMCell(cfg.words + 2, cfg.hidden)
        self.policy = nn.Linear(cfg.hidden, cfg.words)

    def forward(self, x: Tensor, state):
        h, c = self.lstm(x, state)
        return self.policy(h), (h, c)


class Lesson:
    """Everything that belongs to one pupil: the pupil, the tutor's state, the log-probs."""

    def __init__(self, net: TutorNet, cfg: TutorConfig) -> None:
        self.net, self.cfg = net, cfg
        self.pupil = Pupil(cfg.words)
        self.state = None
        self.x = torch.zeros(1, cfg.words + 2)
        self.logps: list[Tensor] = []

    def question(self, greedy: bool) -> None:
        logits, self.state = self.net(self.x, self.state)
        dist = Categorical(logits=logits)
        word = logits.argmax(-1) if greedy else dist.sample()
        self.logps.append(dist.log_prob(word))
        knew = self.pupil.ask(word.item())
        self.x = torch.zeros_like(self.x)
        self.x[0, word.item()] = 1.0
        self.x[0, self.cfg.words + int(knew)] = 1.0

    def run(self, greedy: bool = False) -> float:
        for _ in range(self.cfg.questions):
            self.question(greedy)
        return self.pupil.exam()


class BestSoFar:
    def __init__(self, patience: int) -> None:
        self.patience, self.left = patience, patience
        self.mark, self.weights = -1.0, None

    def offer(self, mark: float, net: nn.Module) -> bool:
        """True when it is time to stop."""
        if mark > self.mark:
            self.mark, self.weights = mark, copy.deepcopy(net.state_dict())
            self.left = self.patience
        else:
            self.left -= 1
        return self.left == 0


class Tutor:
    def __init__(self, cfg: TutorConfig) -> None:
        self.cfg = cfg
        self.net = TutorNet(cfg)
        self.optim = optim.Adam(self.net.parameters(), cfg.lr)
        self.baseline = 0.0

    def teach(self) -> float:
        lesson = Lesson(self.net, self.cfg)
        mark = lesson.run()
        loss = -(mark - self.baseline) * torch.cat(lesson.logps).sum()
        self.baseline += 0.01 * (mark - self.baseline)
        self.optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optim.step()
        return mark

    @torch.no_grad()
    def examine(self, pupils: int = 100) -> float:
        return sum(Lesson(self.net, self.cfg).run(greedy=True) for _ in range(pupils)) / pupils

    def fit(self) -> None:
        best = BestSoFar(self.cfg.patience)
        for n in range(1, self.cfg.lessons + 1):
            self.teach()
            if n % self.cfg.exam_every == 0:
                mark = self.examine()
                print(f"{n:6d} lessons  exam {mark:.3f}  best {max(best.mark, mark):.3f}")
                if best.offer(mark, self.net):
                    print("no progress, stopping")
                    break
        if best.weights is not None:
            self.net.load_state_dict(best.weights)


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--words", type=int, default=12)
    ap.add_argument("--lessons", type=int, default=40_000)
    ap.add_argument("--out", default="tutor.pt")
    args = ap.parse_args()
    tutor = Tutor(TutorConfig(words=args.words, lessons=args.lessons))
    tutor.fit()
    print("final exam", round(tutor.examine(500), 3))
    torch.save(tutor.net.state_dict(), args.out)


if __name__ == "__main__":
    main()
