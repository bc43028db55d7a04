from __future__ import annotations

import copy
from typing import List

import numpy as np
import torch
from torch import Tensor, nn


class CorridorSim:
    """n traffic lights on one arterial road; one hour per episode."""

    def __init__(self, n: int, seconds: int = 3600, step: int = 10) -> None:
        self.n, self.horizon = n, seconds // step
        self.rng = np.random.default_rng(11)

    def reset(self) -> np.ndarray:
        self.t = 0
        self.main = np.zeros(self.n)
        self.side = np.zeros(self.n)
        return self._obs()

    def _obs(self) -> np.ndarray:
        upstream = np.roll(self.main, 1)
        return np.stack([self.main, self.side, upstream], 1).astype(np.float32) / 10

    def step(self, green_main: np.ndarray):
        self.main += self.rng.poisson(1.1, self.n)
        self.side += self.rng.poisson(0.5, self.n)
        self.main -= np.minimum(self.main, 3 * green_main)
        self.side -= np.minimum(self.side, 3 * (1 - green_main))
        self.t += 1
        reward = -(self.main + self.side) / 30
        return self._obs(), reward.astype(np.float32), self.t >= self.horizon


class SignalNet(nn.Module):
    def __init__(self, hidden: int = 64) -> None:
        super().__init__()
        self.lstm = nn.LSTM(3, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 2)
        self.memory: tuple[Tensor, Tensor] | None = None

    def reset_memory(self) -> None:
        self.memory = None

    def forward(self, x: Tensor) -> Tensor:
        out, self.memory = self.lstm(x.unsqueeze(1), self.memory)
        return self.head(out[:, -1])


class Callback:
    def on_train_begin(self, trainer: "Trainer") -> None: ...

    def on_epoch_end(self, trainer: "Trainer", epoch: int, delay: float) -> None: ...


class PrintDelay(Callback):
    def on_epoch_end(self, trainer, epoch, delay):
        if epoch % 10 == 0:
            print(f"epoch {epoch:4d}  mean delay {delay:.3f}")


class RestoreBest(Callback):
    def __init__(self, patience: int = 8) -> None:
        self.patience = patience

    def on_train_begin(self, trainer):
        self.best, self.weights, self.bad = float("inf"), None, 0

    def on_epoch_end(self, trainer, epoch, delay):
        if delay < self.best:
            self.best, self.bad = delay, 0
            self.weights = copy.deepcopy(trainer.net.state_dict())
            return
        self.bad += 1
        if self.bad > self.patience:
            trainer.net.load_state_dict(self.weights)
            for group in trainer.opt.param_groups:
                group["lr"] *= 0.7
            self.bad = 0


class Trainer:
    def __init__(self, net: SignalNet, sim: CorridorSim, callbacks: List[Callback]) -> None:
        self.net, self.sim, self.callbacks = net, sim, callbacks
        self.opt = torch.optim.Adam(net.parameters(), lr=1e-3)

    def run_epoch(self) -> float:
        self.net.reset_memory()
        obs, done = self.sim.reset(), False
        logps, rewards = [], []
        while not done:
            dist = torch.distributions.Categorical(logits=self.net(torch.from_numpy(obs)))
            act = dist.sample()
            obs, r, done = self.sim.step(act.numpy())
            logps.append(dist.log_prob(act))
            rewards.append(torch.from_numpy(r))
        rets, g = [], torch.zeros(self.sim.n)
        for r in reversed(rewards):
            g = r + 0.95 * g
            rets.insert(0, g)
        rets = torch.stack(rets)
        adv = (rets - rets.mean()) / (rets.std() + 1e-6)
        loss = -(torch.stack(logps) * adv).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        return -torch.stack(rewards).mean().item()

    def fit(self, epochs: int) -> None:
        for cb in self.callbacks:
            cb.on_train_begin(self)
        for epoch in range(epochs):
            delay = self.run_epoch()
            for cb in self.callbacks:
                cb.on_epoch_end(self, epoch, delay)


if __name__ == "__main__":
    trainer = Trainer(SignalNet(), CorridorSim(n=6), [PrintDelay(), RestoreBest()])
    trainer.fit(400)
    torch.save(trainer.net.state_dict(), "corridor.pt")
