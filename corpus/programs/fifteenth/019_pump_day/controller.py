import torch


class ScriptedPump:
    """Wraps the traced dosing model that the clinic team exports.

    The model takes (cgm window [1, 4], h, c) and returns (units, h, c).
    """

    HIDDEN = 32

    def __init__(self, path, max_units=2.5):
        self.max_units = max_units
        self.open(path)

    def open(self, path):
        self.model = torch.jit.load(path, map_location="cpu").eval()
        self.model = torch.jit.freeze(self.model)
        self.reset()

    def reset(self):
        self.h = torch.zeros(1, self.HIDDEN)
        self.c = torch.zeros(1, self.HIDDEN)

    @torch.inference_mode()
    def dose(self, glucose, trend, carbs, minutes):
        x = torch.tensor([[glucose / 180, trend / 10, carbs / 50, minutes / 1440]])
        units, self.h, self.c = self.model(x, self.h, self.c)
        return min(self.max_units, max(0.0, units.item()))
