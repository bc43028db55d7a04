import torch


class ExoEnv:
    """Knee exoskeleton on a walking human model; the person's intent is hidden. Resets finished rows itself."""

    num_obs, num_actions = 4, 1

    def __init__(self, num_envs, max_len=1000):
        self.n, self.max_len = num_envs, max_len
        self.phase = torch.rand(num_envs)
        self.cadence = 0.01 + 0.01 * torch.rand(num_envs)
        self.angle = torch.zeros(num_envs)
        self.age = torch.zeros(num_envs)
        self.torque = torch.zeros(num_envs)

    def get_observations(self):
        emg = torch.relu(torch.sin(2 * torch.pi * self.phase)) + 0.1 * torch.randn(self.n)
        return torch.stack([self.angle, self.torque, emg, (self.phase < 0.6).float()], 1)

    def step(self, actions):
        want = torch.sin(2 * torch.pi * self.phase)
        self.torque = 0.8 * self.torque + 0.2 * actions[:, 0].clamp(-1, 1)
        human = want - 0.7 * self.torque
        self.angle = 0.9 * self.angle + 0.1 * want
        self.phase = (self.phase + self.cadence) % 1
        self.age += 1
        dones = (self.age >= self.max_len) | (human.abs() > 1.6)
        rew = 1 - human.pow(2) - 10 * (human.abs() > 1.6).float()
        k = int(dones.sum())
        if k:
            self.phase[dones] = torch.rand(k)
            self.cadence[dones] = 0.01 + 0.01 * torch.rand(k)
            self.angle[dones] = self.torque[dones] = self.age[dones] = 0.0
        return self.get_observations(), rew, dones, {"metabolic": human.pow(2)}
