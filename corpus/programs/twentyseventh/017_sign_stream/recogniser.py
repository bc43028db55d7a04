import torch
from torch import nn


class SignRecogniser(nn.Module):
    """Reads hand landmarks frame by frame; output 0 means 'keep watching', 1..n are glosses."""

    def __init__(self, landmarks=21, glosses=12, hidden=96):
        super().__init__()
        self.frame = nn.Sequential(nn.Linear(landmarks * 2, hidden), nn.ReLU())
        self.gru = nn.GRUCell(hidden, hidden)
        self.head = nn.Linear(hidden, glosses + 1)
        self.register_buffer("memory", torch.zeros(1, hidden))

    @property
    def hidden_size(self):
        return self.gru.hidden_size

    def new_clip(self):
        self.memory = torch.zeros(1, self.hidden_size, device=self.head.weight.device)

    def forward(self, frame):
        x = self.frame(frame.view(1, -1))
        self.memory = self.gru(x, self.memory)
        return self.head(self.memory)[0]
