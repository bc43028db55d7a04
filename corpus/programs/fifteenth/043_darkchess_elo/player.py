import torch
from torch import nn


class DarkPlayer(nn.Module):
    """Dark chess: only squares that own men can move to are seen; the LSTM keeps track of the rest."""

    def __init__(self, obs_size: int, n_moves: int, width: int = 256):
        super().__init__()
        self.width = width
        self.body = nn.Sequential(nn.Linear(obs_size, width), nn.ReLU())
        self.lstm = nn.LSTMCell(width, width)
        self.moves = nn.Linear(width, n_moves)
        self.value = nn.Linear(width, 1)

    def new_game(self):
        return torch.zeros(1, self.width), torch.zeros(1, self.width)

    def forward(self, obs, legal, memory):
        memory = self.lstm(self.body(obs.unsqueeze(0)), memory)
        logits = self.moves(memory[0])[0]
        mask = torch.full_like(logits, float("-inf"))
        mask[legal] = 0.0
        return torch.distributions.Categorical(logits=logits + mask), self.value(memory[0])[0, 0], memory
