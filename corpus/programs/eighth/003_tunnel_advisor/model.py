import torch
import torch.nn as nn

SENSORS = ["thrust", "torque", "penetration", "face_pressure", "grout_flow", "roll"]
SETTINGS = ["hold", "slower", "faster", "more_pressure", "less_pressure"]


class AdvancePolicy(nn.Module):
    """Policy of the tunnel boring machine: one sensor row in, one setting out."""

    def __init__(self, hidden_size=96):
        super().__init__()
        self.hidden_size = hidden_size
        self.norm = nn.LayerNorm(len(SENSORS))
        self.encoder = nn.Sequential(nn.Linear(len(SENSORS), hidden_size), nn.Tanh())
        self.lstm = nn.LSTMCell(hidden_size, hidden_size)
        self.actor = nn.Linear(hidden_size, len(SETTINGS))

    def zero_state(self):
        return torch.zeros(1, self.hidden_size), torch.zeros(1, self.hidden_size)

    def forward(self, row, state):
        h, c = self.lstm(self.encoder(self.norm(row)), state)
        return self.actor(h), (h, c)
