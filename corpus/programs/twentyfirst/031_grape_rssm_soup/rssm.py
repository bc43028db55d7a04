import torch
import torch.nn as nn
import torch.nn.functional as F


class RSSM(nn.Module):
    def __init__(self, embed=64, act=4, deter=200, stoch=30):
        super().__init__()
        self.deter, self.stoch, self.act = deter, stoch, act
        self.inp = nn.Linear(stoch + act, deter)
        self.cell = nn.GRUCell(deter, deter)
        self.post = nn.Linear(deter + embed, 2 * stoch)

    def initial(self, n, device="cpu"):
        return {
            "deter": torch.zeros(n, self.deter, device=device),
            "stoch": torch.zeros(n, self.stoch, device=device),
        }

    def observe(self, belief, action, embed):
        x = F.elu(self.inp(torch.cat([belief["stoch"], action], -1)))
        deter = self.cell(x, belief["deter"])
        mean, std = self.post(torch.cat([deter, embed], -1)).chunk(2, -1)
        std = F.softplus(std) + 0.1
        return {"deter": deter, "stoch": mean + std * torch.randn_like(std)}


class PickerModel(nn.Module):
    """World model + actor for the cutting arm: camera features in, arm command out."""

    def __init__(self, n_feat=40, act=4):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(n_feat, 128), nn.ELU(), nn.Linear(128, 64))
        self.rssm = RSSM(act=act)
        self.actor = nn.Sequential(nn.Linear(230, 128), nn.ELU(), nn.Linear(128, act), nn.Tanh())

    def policy(self, feat, action, belief):
        belief = self.rssm.observe(belief, action, self.encoder(feat))
        return self.actor(torch.cat([belief["deter"], belief["stoch"]], -1)), belief
