from __future__ import annotations

import copy
import queue
import threading

import numpy as np
import torch

from .rssm import RSSM, Actor


class Stove:
    """Bring a pot to the boil and keep it there; the thermometer lags behind."""

    obs_dim, act_dim = 3, 1

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def reset(self) -> np.ndarray:
        self.temp, self.probe, self.plate, self.t = 20.0, 20.0, 0.0, 0
        self.target = float(self.rng.uniform(60, 100))
        return self._obs()

    def _obs(self) -> np.ndarray:
        return np.array([self.probe / 100, self.target / 100, self.rng.normal(0, 0.02)], dtype=np.float32)

    def step(self, a: float):
        self.plate += 0.1 * (a - self.plate)
        self.temp += 2.0 * max(self.plate, 0) - 0.01 * (self.temp - 20)
        self.probe += 0.05 * (self.temp - self.probe)
        self.t += 1
        return self._obs(), -abs(self.temp - self.target) / 50, self.t >= 300


class Collector(threading.Thread):
    def __init__(self, model: RSSM, actor: Actor, out: queue.Queue, lock: threading.Lock, seed: int) -> None:
        super().__init__(daemon=True)
        self.source = (model, actor)
        self.model, self.actor = copy.deepcopy(model), copy.deepcopy(actor)
        self.out, self.lock = out, lock
        self.fresh = threading.Event()
        self.halt = threading.Event()
        self.env = Stove(seed)

    def _pull(self) -> None:
        with self.lock:
            self.model.load_state_dict(self.source[0].state_dict())
            self.actor.load_state_dict(self.source[1].state_dict())

    @torch.no_grad()
    def run(self) -> None:
        while not self.halt.is_set():
            obs, over = self.env.reset(), False
            latent = self.model.initial(1)
            action = torch.zeros(1, Stove.act_dim)
            rows = []
            while not over:
                if self.fresh.is_set():
                    self.fresh.clear()
                    self._pull()
                latent, _, _ = self.model.observe(latent, action, torch.from_numpy(obs).unsqueeze(0))
                led = action
                action = self.actor(latent.features, noise=0.3)
                nxt, reward, over = self.env.step(float(action))
                rows.append((obs, led[0].numpy(), reward))
                obs = nxt
            self.out.put(tuple(np.stack(c).astype(np.float32) for c in zip(*rows)))
