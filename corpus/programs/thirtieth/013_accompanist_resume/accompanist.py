import torch
import torch.nn as nn


class Accompanist(nn.Module):
    def __init__(self, n_in, n_chords, n_players, width=128):
        super().__init__()
        self.ear = nn.Linear(n_in, width)
        self.cell = nn.LSTMCell(width, width)
        self.chord = nn.Linear(width, n_chords)
        self.taste = nn.Linear(width, 1)
        self.register_buffer("phrase", torch.zeros(n_players, width))
        self.register_buffer("groove", torch.zeros(n_players, width))

    def forward(self, heard):
        x = torch.relu(self.ear(heard))
        self.phrase, self.groove = self.cell(x, (self.phrase, self.groove))
        return torch.distributions.Categorical(logits=self.chord(self.phrase)), self.taste(self.phrase).squeeze(-1)

    def finish(self, done):
        keep = (~done).float().unsqueeze(1)
        self.phrase = self.phrase * keep
        self.groove = self.groove * keep

    def cut(self):
        self.phrase = self.phrase.detach()
        self.groove = self.groove.detach()
