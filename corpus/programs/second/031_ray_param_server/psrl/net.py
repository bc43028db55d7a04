import numpy as np
import torch
from torch import nn


class HallNet(nn.Module):
    def __init__(self, obs_dim=4, n_actions=4, hidden=48):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.LSTMCell(obs_dim, hidden)
        self.logits = nn.Linear(hidden, n_actions)
        self.value = nn.Linear(hidden, 1)

    def step(self, obs, carry):
        h, c = self.cell(obs, carry)
        return self.logits(h), self.value(h).squeeze(-1), (h, c)

    def get_weights(self):
        return {k: v.cpu().numpy().copy() for k, v in self.state_dict().items()}

    def set_weights(self, weights):
        self.load_state_dict({k: torch.from_numpy(np.array(v)) for k, v in weights.items()})

    def gradients(self):
        return [None if p.grad is None else p.grad.cpu().numpy() for p in self.parameters()]

    def set_gradients(self, grads):
        for g, p in zip(grads, self.parameters()):
            if g is not None:
                p.grad = torch.from_numpy(np.array(g))
