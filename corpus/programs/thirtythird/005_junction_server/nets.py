import torch
import torch.nn as nn


class FlowEstimator(nn.Module):
    """Loop-detector counts -> smoothed estimate of the queues."""

    def __init__(self, n_loops: int, width: int = 32):
        super().__init__()
        self.width = width
        self.cell = nn.GRUCell(n_loops, width)
        self.head = nn.Linear(width, n_loops)

    def forward(self, counts, memory):
        memory = self.cell(counts, memory)
        return torch.relu(self.head(memory)), memory


class PhasePolicy(nn.Module):
    def __init__(self, n_loops: int, n_phases: int, width: int = 48):
        super().__init__()
        self.width = width
        self.n_phases = n_phases
        self.cell = nn.GRUCell(n_loops + n_phases, width)
        self.logits = nn.Linear(width, n_phases)

    def forward(self, queues, phase, memory):
        one_hot = torch.nn.functional.one_hot(phase, self.n_phases).float()
        memory = self.cell(torch.cat([queues, one_hot], dim=-1), memory)
        return self.logits(memory), memory
