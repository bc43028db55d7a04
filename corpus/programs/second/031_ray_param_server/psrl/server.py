import numpy as np
import ray
import torch

from .net import HallNet


@ray.remote
class ParameterServer:
    def __init__(self, lr, clip=40.0):
        self.net = HallNet()
        self.optimizer = torch.optim.RMSprop(self.net.parameters(), lr=lr, alpha=0.99)
        self.clip = clip
        self.applied = 0

    def apply(self, *gradients):
        summed = [np.stack(g).mean(axis=0) for g in zip(*gradients)]
        self.optimizer.zero_grad()
        self.net.set_gradients(summed)
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), self.clip)
        self.optimizer.step()
        self.applied += 1
        return self.net.get_weights()

    def get_weights(self):
        return self.net.get_weights()

    def count(self):
        return self.applied
