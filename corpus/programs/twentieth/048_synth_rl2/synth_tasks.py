import torch


class BassTaskBatch:
    """Each row is another bass sound: choose one of K presets, the listener's
    taste for this sound is fixed during a session."""

    def __init__(self, batch, presets=12):
        self.batch, self.presets = batch, presets

    def new_session(self):
        self.taste = torch.rand(self.batch, self.presets)

    def play(self, choice):
        return torch.bernoulli(self.taste.gather(1, choice[:, None]).squeeze(1))
