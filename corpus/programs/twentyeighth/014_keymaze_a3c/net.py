import torch
import torch.nn as nn


class NotebookNet(nn.Module):
    def __init__(self, n_obs: int, n_act: int, n_notes: int = 128):
        super().__init__()
        self.n_notes = n_notes
        self.front = nn.Sequential(nn.Linear(n_obs, n_notes), nn.ELU())
        self.cell = nn.LSTMCell(n_notes, n_notes)
        self.pi = nn.Linear(n_notes, n_act)
        self.v = nn.Linear(n_notes, 1)

    def empty_notebook(self):
        return torch.zeros(1, self.n_notes), torch.zeros(1, self.n_notes)

    def forward(self, obs: torch.Tensor, notebook):
        notebook = self.cell(self.front(obs), notebook)
        top = notebook[0]
        return self.pi(top), self.v(top).squeeze(-1), notebook
