import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Pilot(nn.Module):
    def __init__(self, n_obs, n_act, n_hidden=24):
        super().__init__()
        self.rnn = nn.GRUCell(n_obs, n_hidden)
        self.out = nn.Linear(n_hidden, n_act)
        self.h = torch.zeros(1, n_hidden)
        for p in self.parameters():
            p.requires_grad_(False)

    def forward(self, obs):
        self.h = self.rnn(torch.from_numpy(obs).unsqueeze(0), self.h)
        return torch.tanh(self.out(self.h)).squeeze(0).numpy()

    def get_genome(self):
        return parameters_to_vector(self.parameters()).numpy().copy()

    def set_genome(self, genome):
        vector_to_parameters(torch.as_tensor(genome, dtype=torch.float32), self.parameters())
