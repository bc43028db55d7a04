from abc import ABC, abstractmethod

import torch


class BaseAgent(ABC):
    net: torch.nn.Module
    optimizer: torch.optim.Optimizer

    @abstractmethod
    def act(self, obs):
        ...

    @abstractmethod
    def learn(self, last_obs):
        ...

    def save(self, path, **extra):
        torch.save({"net": self.net.state_dict(), "optimizer": self.optimizer.state_dict(), **extra}, path)

    def load(self, path):
        ckpt = torch.load(path, map_location="cpu")
        self.net.load_state_dict(ckpt["net"])
        self.optimizer.load_state_dict(ckpt["optimizer"])
        return ckpt
