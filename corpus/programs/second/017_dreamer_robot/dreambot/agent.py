import torch
from torch import nn

from .rssm import RSSM


class WorldModel(nn.Module):
    def __init__(self, obs_dim, act_dim, embed=64):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(obs_dim, embed), nn.ELU(), nn.Linear(embed, embed))
        self.rssm = RSSM(embed, act_dim)
        self.decoder = nn.Sequential(nn.Linear(self.rssm.feat_dim, 128), nn.ELU(), nn.Linear(128, obs_dim))
        self.reward = nn.Linear(self.rssm.feat_dim, 1)


class Dreamer(nn.Module):
    def __init__(self, obs_dim, act_dim):
        super().__init__()
        self.act_dim = act_dim
        self.wm = WorldModel(obs_dim, act_dim)
        self.actor = nn.Sequential(nn.Linear(self.wm.rssm.feat_dim, 128), nn.ELU(), nn.Linear(128, 2 * act_dim))
        self._latent = None
        self._action = None

    def begin(self, n=1):
        self._latent = self.wm.rssm.initial(n)
        self._action = torch.zeros(n, self.act_dim)

    @torch.no_grad()
    def policy(self, obs, explore=True):
        embed = self.wm.encoder(obs)
        self._latent, _, _ = self.wm.rssm.observe(self._latent, self._action, embed)
        mean, std = self.actor(self.wm.rssm.feat(self._latent)).chunk(2, -1)
        mean = torch.tanh(mean)
        self._action = (mean + 0.2 * torch.sigmoid(std) * torch.randn_like(mean)).clamp(-1, 1) if explore else mean
        return self._action

    def load(self, path, map_location="cpu"):
        blob = torch.load(path, map_location=map_location)
        self.wm.load_state_dict(blob["world_model"])
        self.actor.load_state_dict(blob["actor"])
        return blob.get("step", -1)

    def save(self, path, step):
        torch.save({"world_model": self.wm.state_dict(), "actor": self.actor.state_dict(), "step": step}, path)
