import torch
import torch.nn as nn


class DialogueNet(nn.Module):
    """Utterance embedding -> dialogue act, with memory over the turns."""

    def __init__(self, emb=384, hidden=256, acts=41, layers=2):
        super().__init__()
        self.hidden = hidden
        self.layers = layers
        self.inp = nn.Linear(emb, hidden)
        self.rnn = nn.LSTM(hidden, hidden, num_layers=layers, batch_first=True)
        self.out = nn.Linear(hidden, acts)

    def start(self):
        z = torch.zeros(self.layers, 1, self.hidden)
        return z, z.clone()

    def forward(self, emb, state):
        y = torch.relu(self.inp(emb)).view(1, 1, -1)
        y, state = self.rnn(y, state)
        return self.out(y[:, -1]), state
