import torch
import torch.nn as nn


class HeatPolicy(nn.Module):
    def __init__(self, inputs=3, units=24):
        super().__init__()
        self.units = units
        self.cell = nn.GRUCell(inputs, units)
        self.out = nn.Linear(units, 2)
        self.register_buffer("memory", torch.zeros(1, units))

    def reset_memory(self):
        self.memory = torch.zeros(1, self.units, device=self.memory.device)

    def forward(self, x):
        self.memory = self.cell(x, self.memory)
        return torch.distributions.Categorical(logits=self.out(self.memory))
