from __future__ import annotations

import torch
import torch.nn as nn
import torch.nn.functional as F

GROUPS, CLASSES, DETER = 8, 8, 96


class GlucoseModel(nn.Module):
    """Discrete-latent recurrent state-space model of glucose, per patient row."""

    def __init__(self, obs_dim: int = 3, act_dim: int = 1):
        super().__init__()
        z = GROUPS * CLASSES
        self.inp = nn.Sequential(nn.Linear(z + act_dim, DETER), nn.LayerNorm(DETER), nn.SiLU())
        self.gru = nn.GRUCell(DETER, DETER)
        self.prior = nn.Linear(DETER, z)
        self.post = nn.Linear(DETER + obs_dim, z)
        self.glucose = nn.Sequential(nn.Linear(DETER + z, 64), nn.SiLU(), nn.Linear(64, 1))

    def empty(self, n: int) -> dict[str, torch.Tensor]:
        return {"h": torch.zeros(n, DETER), "z": torch.zeros(n, GROUPS * CLASSES)}

    @staticmethod
    def draw(logits: torch.Tensor) -> torch.Tensor:
        logits = logits.view(-1, GROUPS, CLASSES)
        probs = 0.99 * F.softmax(logits, -1) + 0.01 / CLASSES
        pick = torch.distributions.OneHotCategoricalStraightThrough(probs=probs).rsample()
        return pick.flatten(1)

    def imagine(self, s: dict[str, torch.Tensor], dose: torch.Tensor) -> dict[str, torch.Tensor]:
        h = self.gru(self.inp(torch.cat([s["z"], dose], 1)), s["h"])
        return {"h": h, "z": self.draw(self.prior(h))}

    def observe(self, s, dose, obs, is_first) -> dict[str, torch.Tensor]:
        keep = (1.0 - is_first).unsqueeze(1)
        s = {k: v * keep for k, v in s.items()}
        dose = dose * keep
        h = self.gru(self.inp(torch.cat([s["z"], dose], 1)), s["h"])
        return {"h": h, "z": self.draw(self.post(torch.cat([h, obs], 1)))}

    def read(self, s) -> torch.Tensor:
        return self.glucose(torch.cat([s["h"], s["z"]], 1)).squeeze(1)
