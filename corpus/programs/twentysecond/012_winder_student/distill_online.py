import sys

import numpy as np
import torch

from nets import HotSwap, TensionNet

BATCH = 16
CHUNK = 50
LENGTH = 2000   # metres on a full roll, one tick each


class Rolls:
    def __init__(self):
        self.n = np.zeros(BATCH, dtype=int)
        self.tension = np.ones(BATCH)
        self.hard = np.random.rand(BATCH)

    def read(self):
        noise = np.random.randn(BATCH) * 0.03
        return torch.tensor(np.stack([self.tension + noise, self.hard, self.n / LENGTH], 1), dtype=torch.float32)

    def drive(self, u):
        self.tension += 0.1 * u[:, 0].numpy() + 0.02 * np.random.randn(BATCH)
        self.hard += 0.05 * u[:, 1].numpy() + 0.01 * (self.tension - 1)
        self.n += 1
        ended = (self.n >= LENGTH) | (np.abs(self.tension - 1) > 0.8)
        self.tension[ended], self.n[ended], self.hard[ended] = 1.0, 0, 0.5
        return np.flatnonzero(ended)


def main(teacher_file):
    teacher = TensionNet(3, 2, 256, 2)
    teacher.load_state_dict(torch.load(teacher_file))
    teacher.eval()
    swap = HotSwap(teacher, BATCH)
    rolls = Rolls()

    for width in (96, 48, 24):
        student = TensionNet(3, 2, width)
        opt = torch.optim.AdamW(student.parameters(), lr=2e-3)
        ema = 1.0
        for chunk in range(4000):
            xs, ys = [], []
            whole = torch.ones(BATCH, dtype=torch.bool)
            for _ in range(CHUNK):
                x = rolls.read()
                u = swap.act(x)
                xs.append(x)
                ys.append(u)
                ended = rolls.drive(u)
                if len(ended):
                    swap.restart(ended)
                    whole[ended] = False
            if not whole.any():
                continue
            pred = torch.tanh(student.sequence(torch.stack(xs)[:, whole]))
            loss = (pred[10:] - torch.stack(ys)[10:, whole]).pow(2).mean()
            opt.zero_grad()
            loss.backward()
            opt.step()
            ema = 0.98 * ema + 0.02 * loss.item()
            if ema < 2e-3:
                break
        print(f"width {width}: {chunk + 1} chunks, error {ema:.5f}")
        swap.promote(student, chunk)
        torch.save(student.state_dict(), f"student_{width}.pt")


if __name__ == "__main__":
    main(sys.argv[1])
