from pathlib import Path

import torch

from .arena import DuelArena
from .models import ARCH


class Player:
    def __init__(self, label, net, temperature=1.0):
        self.label = label
        self.net = net.eval()
        self.temperature = temperature
        self.mem = net.start()

    def new_game(self):
        self.mem = self.net.start()

    @torch.no_grad()
    def act(self, obs):
        logits, self.mem = self.net(torch.as_tensor(obs)[None], self.mem)
        return int(torch.distributions.Categorical(logits=logits / self.temperature).sample())


def load_player(path, cache=None):
    path = Path(path)
    blob = cache.get(path) if cache is not None else None
    if blob is None:
        blob = torch.load(path, map_location="cpu")
        if cache is not None:
            cache[path] = blob
    net = ARCH[blob["arch"]](DuelArena.OBS, DuelArena.ACTIONS, **blob.get("kwargs", {}))
    net.load_state_dict(blob["weights"])
    return Player(path.stem, net, blob.get("temperature", 1.0))
