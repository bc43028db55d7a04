import torch
from torch.distributions import Categorical


class Pilot:
    def __init__(self, policy, greedy=False):
        self.policy = policy
        self.greedy = greedy
        self.h = policy.start(1)

    @torch.no_grad()
    def act(self, obs):
        x = torch.as_tensor(obs, dtype=torch.float32).view(1, -1)
        logits, self.h = self.policy(x, self.h)
        if self.greedy:
            return int(logits.argmax(-1))
        return int(Categorical(logits=logits).sample())

    def relieve(self, policy):
        self.policy = policy

    def new_episode(self):
        self.h = self.policy.start(1)
