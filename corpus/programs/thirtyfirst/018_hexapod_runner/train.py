import sys

import torch

from runner import OnPolicyRunner

CFG = dict(rnn_hidden_size=128, learning_rate=3e-4, num_steps_per_env=32, gamma=0.99, lam=0.95,
           num_learning_epochs=4, rollback_ratio=0.6)


class HexapodTerrain:
    """Six legs on a height field; foot contacts are seen, the terrain is not."""
    num_obs, num_actions = 14, 6

    def __init__(self, num_envs, device, max_len=500):
        self.num_envs, self.device, self.max_len = num_envs, device, max_len
        self.legs = torch.zeros(num_envs, 6, device=device)
        self.ground = torch.rand(num_envs, 6, device=device)
        self.tilt = torch.zeros(num_envs, 2, device=device)
        self.age = torch.randint(0, max_len, (num_envs,), device=device)

    def get_observations(self):
        contact = (self.legs < 0.3 * self.ground).float()
        return torch.cat([self.legs, contact, self.tilt], dim=1)

    def step(self, a):
        self.legs = (self.legs + 0.1 * a.clamp(-1, 1)).clamp(-1, 1)
        contact = (self.legs < 0.3 * self.ground).float()
        side = contact[:, :3].sum(1) - contact[:, 3:].sum(1)
        fore = contact[:, [0, 3]].sum(1) - contact[:, [2, 5]].sum(1)
        self.tilt = 0.9 * self.tilt + 0.02 * torch.stack([side, fore], dim=1)
        stride = (contact * -a.clamp(-1, 1)).sum(1)
        self.ground = torch.where(torch.rand_like(self.ground) < 0.05, torch.rand_like(self.ground), self.ground)
        self.age = self.age + 1
        fell = self.tilt.abs().amax(1) > 0.35
        late = self.age >= self.max_len
        dones = fell | late
        self.legs[dones] = 0.0
        self.tilt[dones] = 0.0
        self.age[dones] = 0
        reward = 0.1 * stride.clamp(max=2) - 2.0 * fell
        return self.get_observations(), reward, dones, {"time_outs": (late & ~fell).float()}


if __name__ == "__main__":
    device = "cuda:0" if torch.cuda.is_available() else "cpu"
    env = HexapodTerrain(512, device)
    OnPolicyRunner(env, CFG, sys.argv[1] if len(sys.argv) > 1 else "logs/hexapod", device).learn(3000)
