import queue
import threading
from dataclasses import dataclass, field
from typing import Callable

import torch
from torch import nn


@dataclass
class Episode:
    version: int
    obs: list = field(default_factory=list)
    actions: list = field(default_factory=list)
    rewards: list = field(default_factory=list)


class WeightStore:
    def __init__(self, net: nn.Module):
        self._lock = threading.Lock()
        self.version = 0
        self.publish(net)

    def publish(self, net: nn.Module) -> None:
        copy = {k: v.detach().cpu().clone() for k, v in net.state_dict().items()}
        with self._lock:
            self._weights = copy
            self.version += 1

    def latest(self):
        with self._lock:
            return self.version, self._weights


class RolloutThread(threading.Thread):
    """Plays whole episodes; looks for newer weights before each one."""

    def __init__(self, make_env: Callable, make_net: Callable, store: WeightStore, out: queue.Queue):
        super().__init__(daemon=True)
        self.env = make_env()
        self.net = make_net().eval()
        self.store = store
        self.out = out
        self.version = -1
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            version, weights = self.store.latest()
            if version != self.version:
                self.net.load_state_dict(weights)
                self.version = version
            self.out.put(self.play())

    @torch.no_grad()
    def play(self) -> Episode:
        ep = Episode(self.version)
        obs, _ = self.env.reset()
        memory = self.net.start()
        over = False
        while not over:
            x = torch.as_tensor(obs, dtype=torch.float32)
            logits, _, memory = self.net(x.view(1, 1, -1), memory)
            action = torch.distributions.Categorical(logits=logits.view(-1)).sample().item()
            nxt, reward, term, trunc, _ = self.env.step(action)
            ep.obs.append(x)
            ep.actions.append(action)
            ep.rewards.append(float(reward))
            obs, over = nxt, term or trunc
        return ep
