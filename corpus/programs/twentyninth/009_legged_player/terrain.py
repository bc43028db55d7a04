import torch


class HopperTerrain:
    """Batched one-legged hopper over bumps; heights only by the contact flag."""

    def __init__(self, num_envs, device="cpu"):
        self.num_envs = num_envs
        self.device = device
        self.num_obs, self.num_actions = 5, 2
        self.max_len = 500
        self.state = torch.zeros(num_envs, 5, device=device)
        self.progress = torch.zeros(num_envs, device=device)

    def reset(self):
        self._respawn(torch.arange(self.num_envs, device=self.device))
        return self.state.clone()

    def _respawn(self, ids):
        self.state[ids] = 0.05 * torch.randn(len(ids), 5, device=self.device)
        self.state[ids, 0] = 1.0
        self.progress[ids] = 0

    def step(self, actions):
        a = actions.clamp(-1, 1)
        z, vz, vx, tilt, _ = self.state.unbind(-1)
        bump = 0.1 * torch.sin(self.progress * 0.05)
        contact = (z < 0.6 + bump).float()
        vz = vz + 0.02 * (-9.81 + contact * (30.0 + 20.0 * a[:, 0]))
        vx = 0.98 * vx + 0.02 * contact * a[:, 1] * 4.0
        z = z + 0.02 * vz
        tilt = tilt + 0.02 * (a[:, 1] + 2.0 * tilt)
        self.state = torch.stack([z, vz, vx, tilt, contact], -1)
        self.progress = self.progress + 1
        fallen = (z < 0.2) | (tilt.abs() > 1.0)
        reward = vx - 0.05 * a.square().sum(-1)
        dones = fallen | (self.progress >= self.max_len)
        ids = dones.nonzero(as_tuple=False).squeeze(-1)
        if len(ids):
            self._respawn(ids)
        return self.state.clone(), reward, dones, {}
