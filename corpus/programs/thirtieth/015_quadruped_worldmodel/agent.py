import copy

import torch
import torch.nn as nn

from rssm import RSSM


class Walker:
    def __init__(self, obs_dim, act_dim, device="cpu"):
        self.device = device
        self.act_dim = act_dim
        self.world = RSSM(obs_dim, act_dim).to(device)
        width = self.world.deter_dim + self.world.stoch_dim
        self.actor = nn.Sequential(nn.Linear(width, 128), nn.ELU(), nn.Linear(128, act_dim)).to(device)
        self.world_opt = torch.optim.Adam(self.world.parameters(), lr=6e-4)
        self.actor_opt = torch.optim.Adam(self.actor.parameters(), lr=8e-5)
        self.held_out = None
        self.keepsake = copy.deepcopy(self.world.state_dict())
        self.keepsake_loss = float("inf")
        self.stand_up()

    def stand_up(self):
        self.latent = self.world.initial(1)
        self.prev_action = torch.zeros(1, self.act_dim, device=self.device)

    @torch.no_grad()
    def act(self, obs, noise):
        obs = torch.as_tensor(obs, dtype=torch.float32, device=self.device).unsqueeze(0)
        self.latent, _, _ = self.world.obs_step(self.latent, self.prev_action, obs)
        a = torch.tanh(self.actor(self.world.feat(self.latent)))
        self.prev_action = (a + noise * torch.randn_like(a)).clamp(-1, 1)
        return self.prev_action[0].cpu().numpy()

    def learn(self, batch):
        loss, feats = self.world.loss(*batch)
        self.world_opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.world.parameters(), 100.0)
        self.world_opt.step()

        s = {k: torch.cat([f[k] for f in feats]) for k in feats[0]}
        gain = 0.0
        for k in range(12):
            s, _ = self.world.img_step(s, torch.tanh(self.actor(self.world.feat(s))))
            gain = gain + 0.97**k * self.world.reward(self.world.feat(s)).mean()
        self.actor_opt.zero_grad()
        (-gain).backward()
        nn.utils.clip_grad_norm_(self.actor.parameters(), 100.0)
        self.actor_opt.step()
        return loss.item()

    def audit(self):
        """Model loss on the strip of data kept apart; goes back if the model has lost its way."""
        with torch.no_grad():
            loss = self.world.loss(*self.held_out)[0].item()
        if loss < self.keepsake_loss:
            self.keepsake = copy.deepcopy(self.world.state_dict())
            self.keepsake_loss = loss
        elif loss > 1.5 * self.keepsake_loss:
            self.world.load_state_dict(self.keepsake)
            self.world_opt = torch.optim.Adam(self.world.parameters(), lr=6e-4)
        return loss
