from __future__ import annotations

import copy
import queue
import threading
from concurrent.futures import Future
from typing import NamedTuple

import numpy as np
import torch
from torch.distributions import Categorical

from .net import CraneNet


class Ask(NamedTuple):
    actor: int
    obs: np.ndarray
    begins: bool
    answer: Future


class InferenceServer(threading.Thread):
    """Collects requests of many actors into one forward pass."""

    def __init__(self, learner_net: CraneNet, n_actors: int, lock: threading.Lock, max_batch: int = 16) -> None:
        super().__init__(daemon=True, name="inference")
        self.learner_net = learner_net
        self.net = copy.deepcopy(learner_net).eval()
        self.lock = lock
        self.asks: queue.Queue[Ask] = queue.Queue()
        self.states = torch.zeros(n_actors, learner_net.width)
        self.max_batch = max_batch
        self.updated = threading.Event()

    def request(self, actor: int, obs: np.ndarray, begins: bool) -> Future:
        ask = Ask(actor, obs, begins, Future())
        self.asks.put(ask)
        return ask.answer

    def _batch(self) -> list[Ask]:
        batch = [self.asks.get()]
        while len(batch) < self.max_batch:
            try:
                batch.append(self.asks.get(timeout=0.002))
            except queue.Empty:
                break
        return batch

    @torch.no_grad()
    def run(self) -> None:
        while True:
            if self.updated.is_set():
                self.updated.clear()
                with self.lock:
                    self.net.load_state_dict(self.learner_net.state_dict())
            batch = self._batch()
            who = torch.tensor([a.actor for a in batch])
            begins = torch.tensor([a.begins for a in batch])
            before = self.states[who]
            before[begins] = 0.0
            x = torch.from_numpy(np.stack([a.obs for a in batch]))
            logits, _, after = self.net(x, before)
            self.states[who] = after
            dist = Categorical(logits=logits)
            action = dist.sample()
            logp = dist.log_prob(action)
            for i, a in enumerate(batch):
                a.answer.set_result((int(action[i]), float(logp[i]), before[i].clone()))
