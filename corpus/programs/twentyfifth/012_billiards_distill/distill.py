"""Distil a series of teachers into one small student while the practice table keeps running."""
import argparse

import numpy as np
import torch
import torch.nn.functional as F

from nets import CueStudent, CueTeacher


class PracticeTable:
    """Balls are put back one at a time by the ball return; the game never stops."""

    def __init__(self, balls=16, seed=0):
        self.rng = np.random.default_rng(seed)
        self.pos = self.rng.uniform(0, 1, (balls, 2))
        self.last = np.zeros(2)

    def look(self):
        return np.concatenate([self.pos.ravel(), self.last]).astype(np.float32)

    def shoot(self, angle):
        d = np.array([np.cos(angle), np.sin(angle)])
        along = (self.pos - self.pos[0]) @ d
        self.pos += 0.2 * np.exp(-along[:, None] ** 2) * d + self.rng.normal(0, .01, self.pos.shape)
        out = (self.pos < 0) | (self.pos > 1)
        potted = out.any(1)
        self.pos[potted] = self.rng.uniform(0.2, 0.8, (int(potted.sum()), 2))
        self.last = d


def fit(student, opt, obs, logits, seq=32, epochs=4, temp=2.0):
    n = len(obs) // seq
    obs = torch.stack(obs[:n * seq]).view(n, seq, -1)
    soft = F.softmax(torch.stack(logits[:n * seq]).view(n, seq, -1) / temp, -1)
    for _ in range(epochs):
        for idx in torch.randperm(n).split(64):
            loss = F.kl_div(F.log_softmax(student(obs[idx]) / temp, -1), soft[idx],
                            reduction="batchmean")
            opt.zero_grad()
            loss.backward()
            opt.step()
    return loss.item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("teachers", nargs="+", help="checkpoints in order of difficulty")
    ap.add_argument("--shots", type=int, default=20000)
    ap.add_argument("--out", default="student.pt")
    args = ap.parse_args()

    table = PracticeTable()
    teacher = CueTeacher().eval()
    student = CueStudent()
    opt = torch.optim.Adam(student.parameters(), lr=5e-4)
    hc = (torch.zeros(1, teacher.hid), torch.zeros(1, teacher.hid))

    for stage, ckpt in enumerate(args.teachers):
        teacher.load_state_dict(torch.load(ckpt, map_location="cpu"))
        obs_log, logit_log = [], []
        for _ in range(args.shots):
            obs = torch.from_numpy(table.look())
            with torch.no_grad():
                logits, hc = teacher(obs[None], hc)
            a = torch.distributions.Categorical(logits=logits).sample().item()
            table.shoot(2 * np.pi * a / 72)
            obs_log.append(obs)
            logit_log.append(logits[0])
        loss = fit(student, opt, obs_log, logit_log)
        print(f"stage {stage} ({ckpt}): kl {loss:.4f}")
        torch.save(student.state_dict(), args.out)


if __name__ == "__main__":
    main()
