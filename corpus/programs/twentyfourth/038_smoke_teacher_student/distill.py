from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from recq import WatchNet

FEAT, ACTIONS = 6, 5


@dataclass
class Config:
    teacher_file: str = "teacher.pt"
    steps: int = 200_000
    chunk: int = 20
    generation: int = 15_000
    temperature: float = 0.5
    gamma: float = 0.95
    eps: float = 0.05
    teacher_score: float = 2000.0
    lr: float = 1e-3


class SmokeStream:
    """Features of a ridge camera; an episode is one shift of random length."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.left = int(self.rng.integers(100, 400))
        self.level = 0.0
        self.x = self.rng.normal(size=FEAT)
        return self.frame()

    def frame(self):
        f = self.x.copy()
        f[0] = self.level + self.rng.normal(0, 0.3)
        return torch.tensor(f, dtype=torch.float32).unsqueeze(0)

    def step(self, a):
        self.x = 0.9 * self.x + 0.3 * self.rng.normal(size=FEAT)
        self.level = max(0.0, self.level + self.rng.normal(0.005, 0.05))
        reward = 1.0 if (a == 0) == (self.level > 0.4) else -0.2
        if a == 0:
            self.level = 0.0
        self.left -= 1
        return self.frame(), reward, self.left <= 0


def main(cfg: Config):
    env = SmokeStream(0)
    teacher, student = WatchNet(FEAT, ACTIONS), WatchNet(FEAT, ACTIONS)
    teacher.load_state_dict(torch.load(cfg.teacher_file))
    opt = torch.optim.Adam(student.parameters(), lr=cfg.lr)
    obs, losses, pending = env.reset(), [], None
    earned, last_earned = 0.0, cfg.teacher_score

    for step in range(1, cfg.steps + 1):
        q_s = student(obs)
        with torch.no_grad():
            q_t = teacher(obs)
        losses.append(F.kl_div(
            F.log_softmax(q_s / cfg.temperature, -1),
            F.softmax(q_t / cfg.temperature, -1),
            reduction="batchmean",
        ))
        if pending is not None:
            q_taken, r = pending
            losses.append(F.mse_loss(q_taken, r + cfg.gamma * q_t.max()))
        a = env.rng.integers(ACTIONS) if env.rng.random() < cfg.eps else int(q_s.argmax())
        obs, reward, done = env.step(a)
        earned += reward
        pending = (q_s[0, a], reward)
        if done:
            losses.append(F.mse_loss(q_s[0, a], torch.tensor(reward)))
            pending = None
            obs = env.reset()
            student.forget()
            teacher.forget()

        if step % cfg.chunk == 0:
            opt.zero_grad()
            torch.stack(losses).mean().backward()
            opt.step()
            student.cut()
            losses, pending = [], None

        if step % cfg.generation == 0:
            if earned > last_earned:
                # the student takes over and a new one starts from it
                teacher.load_state_dict(student.state_dict())
                teacher.forget()
                last_earned = earned
            else:
                student.load_state_dict(teacher.state_dict())
                student.forget()
                opt = torch.optim.Adam(student.parameters(), lr=cfg.lr)
            print(step, "earned", earned)
            earned = 0.0

    torch.save(student.state_dict(), "student.pt")


if __name__ == "__main__":
    main(Config())
