"""The acting half of a small Dreamer: encoder, RSSM and actor."""
import torch
from torch import nn
from torch.nn import functional as F

from .rssm import RSSM


class WorldModel(nn.Module):
    def __init__(self, obs_dim, act_dim, cfg):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(obs_dim, cfg.units), nn.SiLU(), nn.Linear(cfg.units, cfg.embed))
        self.rssm = RSSM(cfg.embed, act_dim, cfg.deter, cfg.stoch)
        self.decoder = nn.Sequential(nn.Linear(cfg.deter + cfg.stoch, cfg.units), nn.SiLU(), nn.Linear(cfg.units, obs_dim))
        self.reward = nn.Linear(cfg.deter + cfg.stoch, 1)


class DreamActor:
    def __init__(self, obs_dim, act_dim, cfg):
        self.wm = WorldModel(obs_dim, act_dim, cfg)
        self.actor = nn.Sequential(nn.Linear(cfg.deter + cfg.stoch, cfg.units), nn.SiLU(), nn.Linear(cfg.units, act_dim))
        self.act_dim = act_dim
        self._latent = None
        self._action = None

    def restore(self, path):
        ck = torch.load(path, map_location="cpu")
        self.wm.load_state_dict(ck["world_model"])
        self.actor.load_state_dict(ck["actor"])
        return ck.get("step", -1)

    @torch.no_grad()
    def policy(self, obs, first):
        obs = torch.as_tensor(obs, dtype=torch.float32).flatten().unsqueeze(0)
        if first or self._latent is None:
            self._latent = self.wm.rssm.initial(1)
            self._action = torch.zeros(1, self.act_dim)
        embed = self.wm.encoder(obs)
        self._latent = self.wm.rssm.observe(self._latent, self._action, embed)
        logits = self.actor(self.wm.rssm.features(self._latent))
        index = torch.distributions.Categorical(logits=logits).sample()
        self._action = F.one_hot(index, self.act_dim).float()
        return int(index)
