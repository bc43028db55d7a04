import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Pilot(nn.Module):
    def __init__(self, n_obs=13, n_hid=32):
        super().__init__()
        self.enc = nn.Linear(n_obs, n_hid)
        self.gru = nn.GRUCell(n_hid, n_hid)
        self.thrust = nn.Linear(n_hid, 4)
        self.h = torch.zeros(1, n_hid)

    def forget(self):
        self.h = torch.zeros_like(self.h)

    def genome(self):
        return parameters_to_vector(self.parameters()).detach().clone()

    def express(self, genome):
        vector_to_parameters(genome, self.parameters())

    @torch.no_grad()
    def fly(self, obs):
        x = torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0)
        self.h = self.gru(torch.tanh(self.enc(x)), self.h)
        return torch.sigmoid(self.thrust(self.h)).squeeze(0).numpy()
