from typing import Optional, Tuple

import torch
from torch import nn

Memory = Optional[Tuple[torch.Tensor, torch.Tensor]]


class Brain(nn.Module):
    def __init__(self, obs_dim: int, act_dim: int, width: int = 64):
        super().__init__()
        self.dims = (obs_dim, act_dim)
        self.pre = nn.Linear(obs_dim, width)
        self.mem = nn.LSTM(width, width)
        self.post = nn.Linear(width, act_dim)

    @torch.no_grad()
    def decide(self, obs, memory: Memory):
        x = torch.relu(self.pre(torch.as_tensor(obs, dtype=torch.float32)))
        y, memory = self.mem(x.view(1, 1, -1), memory)
        return int(torch.distributions.Categorical(logits=self.post(y[0, 0])).sample()), memory

    def clone(self) -> "Brain":
        twin = Brain(*self.dims, width=self.mem.hidden_size)
        twin.load_state_dict(self.state_dict())
        return twin.requires_grad_(False)
