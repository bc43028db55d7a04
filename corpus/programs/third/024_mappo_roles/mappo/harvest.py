import torch


class Harvest:
    """Batch of grids as tensors: each role gathers its own colour."""

    def __init__(self, num_envs=32, num_roles=3, size=8, limit=100):
        self.num_envs, self.num_roles, self.size, self.limit = num_envs, num_roles, size, limit
        self.obs_dim, self.act_dim, self.state_dim = 4, 5, num_roles * 4
        self.moves = torch.tensor([[0, 0], [0, 1], [1, 0], [0, -1], [-1, 0]])

    def _view(self):
        d = (self.goal - self.pos).clamp(-2, 2).float() / 2
        obs = torch.cat([d, self.pos.float() / self.size], -1)
        return obs, obs.permute(1, 0, 2).reshape(self.num_envs, -1)

    def reset(self):
        shape = (self.num_roles, self.num_envs, 2)
        self.pos, self.goal = torch.randint(self.size, shape), torch.randint(self.size, shape)
        self.t = torch.zeros(self.num_envs, dtype=torch.long)
        return self._view()

    def step(self, actions):
        self.pos = (self.pos + self.moves[actions]).clamp(0, self.size - 1)
        got = (self.pos == self.goal).all(-1)
        self.goal = torch.where(got.unsqueeze(-1), torch.randint(self.size, self.goal.shape), self.goal)
        self.t += 1
        dones = self.t >= self.limit
        if dones.any():
            self.pos[:, dones] = torch.randint(self.size, (self.num_roles, int(dones.sum()), 2))
            self.t[dones] = 0
        obs, share = self._view()
        return obs, share, got.float(), dones
