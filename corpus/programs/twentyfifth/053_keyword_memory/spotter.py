import torch
import torch.nn as nn

KEYWORDS = ["_other_", "yes", "no", "stop", "go"]
N_MEL = 40


class KeywordSpotter(nn.Module):
    """Streaming spotter, call it with a few feature frames at a time: [1, frames, mel]."""

    def __init__(self, hidden=128):
        super().__init__()
        self.conv = nn.Conv1d(N_MEL, 64, kernel_size=1)
        self.gru = nn.GRU(64, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, len(KEYWORDS))
        self.register_buffer("memory", torch.zeros(1, 1, hidden))

    def reset(self):
        self.memory = torch.zeros_like(self.memory)

    def forward(self, frames):
        x = torch.relu(self.conv(frames.transpose(1, 2))).transpose(1, 2)
        y, h = self.gru(x, self.memory)
        self.memory = h.detach()
        return self.fc(y)
