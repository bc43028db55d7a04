import glob
import os
import random

import torch

from models import LSTMActorCritic


class PastSelf:
    """Plays the right-hand side with an earlier version of the learner."""

    def __init__(self, obs_dim, n_actions, num_envs, pool_dir, device="cpu"):
        self.net = LSTMActorCritic(obs_dim, n_actions).to(device).eval()
        self.pool_dir = pool_dir
        self.device = device
        self.hx = torch.zeros(num_envs, self.net.width, device=device)
        self.cx = torch.zeros(num_envs, self.net.width, device=device)
        self.version = -1

    @torch.no_grad()
    def act(self, obs):
        x = torch.as_tensor(obs, device=self.device)
        logits, _, self.hx, self.cx = self.net(x, self.hx, self.cx)
        return torch.distributions.Categorical(logits=logits).sample().cpu().numpy()

    def episode_over(self, done):
        keep = torch.as_tensor(~done, dtype=torch.float32, device=self.device).unsqueeze(1)
        self.hx = self.hx * keep
        self.cx = self.cx * keep

    def sample_version(self, latest_prob=0.5):
        files = sorted(glob.glob(os.path.join(self.pool_dir, "v*.pt")))
        if not files:
            return
        path = files[-1] if random.random() < latest_prob else random.choice(files)
        ckpt = torch.load(path, map_location=self.device)
        self.net.load_state_dict(ckpt["model"])
        self.version = ckpt["update"]
