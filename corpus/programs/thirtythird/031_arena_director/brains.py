import torch
import torch.nn as nn


class FighterBrain(nn.Module):
    ACTIONS = ("idle", "advance", "retreat", "strike", "guard")

    def __init__(self, senses=7, size=64):
        super().__init__()
        self.size = size
        self.eyes = nn.Sequential(nn.Linear(senses, size), nn.ELU())
        self.core = nn.GRUCell(size, size)
        self.hands = nn.Linear(size, len(self.ACTIONS))

    @torch.no_grad()
    def think(self, senses, mood):
        if mood is None:
            mood = torch.zeros(1, self.size)
        mood = self.core(self.eyes(torch.tensor([senses])), mood)
        choice = torch.distributions.Categorical(logits=self.hands(mood)).sample()
        return self.ACTIONS[choice.item()], mood


def load_tiers(folder, tiers=("rookie", "veteran", "champion")):
    brains = []
    for name in tiers:
        brain = FighterBrain()
        brain.load_state_dict(torch.load(f"{folder}/{name}.pt", map_location="cpu"))
        brains.append(brain.eval())
    return brains
