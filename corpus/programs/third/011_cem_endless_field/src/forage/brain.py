import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Brain(nn.Module):
    def __init__(self, n_in=4, n_hidden=12, n_out=3):
        super().__init__()
        self.rnn = nn.RNNCell(n_in, n_hidden)
        self.out = nn.Linear(n_hidden, n_out)
        self.h = None

    @torch.no_grad()
    def decide(self, x):
        self.h = self.rnn(torch.from_numpy(x)[None], self.h)
        return int(self.out(self.h).argmax())

    def genome(self):
        return parameters_to_vector(self.parameters()).detach().clone()

    def express(self, genome):
        vector_to_parameters(genome, self.parameters())
