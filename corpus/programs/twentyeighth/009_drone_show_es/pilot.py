import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Pilot(nn.Module):
    """One shared pilot flies all drones of the show."""

    def __init__(self, obs=9, width=32):
        super().__init__()
        self.width = width
        self.lstm = nn.LSTMCell(obs, width)
        self.thrust = nn.Linear(width, 3)

    def forward(self, obs, drift):
        drift = self.lstm(obs, drift)
        return torch.tanh(self.thrust(drift[0])), drift

    def load_genome(self, genome):
        vector_to_parameters(torch.as_tensor(genome, dtype=torch.float32), self.parameters())

    def genome(self):
        return parameters_to_vector(self.parameters()).detach().numpy().copy()
