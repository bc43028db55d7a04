import math

import torch

from collector import BookSim, Collector
from policy import A2CPolicy, RecurrentNet


class Trainer:
    def __init__(self, n_env=64, n_step=50, patience=40, ckpt="lob_best.pth"):
        self.policy = A2CPolicy(RecurrentNet(4, 3))
        self.collector = Collector(self.policy, BookSim(n_env))
        self.n_step, self.patience, self.ckpt = n_step, patience, ckpt
        self.best, self.bad = -math.inf, 0
        self.avg = 0.0

    def save_best(self):
        torch.save(self.policy.net.state_dict(), self.ckpt)

    def back_to_best(self):
        self.policy.net.load_state_dict(torch.load(self.ckpt))
        self.policy.lr *= 0.7
        self.policy.make_optim()
        self.bad = 0

    def run(self, epochs=3000):
        self.save_best()
        for epoch in range(epochs):
            steps, first = self.collector.collect(self.n_step)
            loss = self.policy.learn(steps, first)
            if not math.isfinite(loss):
                print(epoch, "loss is", loss)
                self.back_to_best()
                self.collector.reset()
                continue
            self.avg = 0.9 * self.avg + 0.1 * torch.stack([s.rew for s in steps]).mean().item()
            if self.avg > self.best:
                self.best, self.bad = self.avg, 0
                self.save_best()
            else:
                self.bad += 1
            if self.bad > self.patience:
                print(epoch, "no progress since", self.patience, "epochs, lr", self.policy.lr)
                self.back_to_best()
            if epoch % 25 == 0:
                print(epoch, round(self.avg, 5), round(loss, 4))


if __name__ == "__main__":
    Trainer().run()
