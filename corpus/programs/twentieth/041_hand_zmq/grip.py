import torch
import torch.nn as nn

GRIPS = ["rest", "power", "pinch", "tripod", "point", "open"]


class GripDecoder(nn.Module):
    def __init__(self, channels=8, size=64):
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.gru = nn.GRU(channels, size, num_layers=2)
        self.grip = nn.Linear(size, len(GRIPS))
        self.force = nn.Linear(size, 1)

    def forward(self, emg, state):
        # emg: (time, 1, channels)
        y, state = self.gru(self.norm(emg), state)
        return self.grip(y[-1, 0]), torch.sigmoid(self.force(y[-1, 0])), state


class HandController:
    def __init__(self, weights, vote=5):
        self.decoder = GripDecoder()
        self.vote = vote
        self.load(weights)
        self.relax()

    def load(self, weights):
        blob = torch.load(weights, map_location="cpu")
        self.decoder.load_state_dict(blob["decoder"])
        self.decoder.eval()

    def relax(self):
        self.state = torch.zeros(2, 1, 64)
        self.recent = []

    @torch.no_grad()
    def window(self, emg):
        logits, force, self.state = self.decoder(emg.unsqueeze(1), self.state)
        self.recent = (self.recent + [int(logits.argmax())])[-self.vote:]
        winner = max(set(self.recent), key=self.recent.count)
        return GRIPS[winner], float(force)
