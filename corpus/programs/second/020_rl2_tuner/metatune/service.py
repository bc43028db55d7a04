import logging
import os

import numpy as np
import torch

log = logging.getLogger(__name__)


class Tuner:
    """Answers 'which arm next?' for the tasks that are open; one row of memory per task."""

    def __init__(self, model_file, tasks, trial_length=100, device="cpu"):
        self.model_file = model_file
        self.device = device
        self.trial_length = trial_length
        self.stamp = os.path.getmtime(model_file)
        self.policy = torch.load(model_file, map_location=device, weights_only=False).eval()
        self.memory = torch.zeros(tasks, self.policy.hidden, device=device)
        self.last_arm = np.full(tasks, -1)
        self.last_reward = np.zeros(tasks)
        self.clock = np.zeros(tasks)

    def reopen(self, rows):
        self.memory[rows] = 0.0
        self.last_arm[rows] = -1
        self.last_reward[rows] = 0.0
        self.clock[rows] = 0

    def update_model(self):
        stamp = os.path.getmtime(self.model_file)
        if stamp <= self.stamp:
            return False
        try:
            candidate = torch.load(self.model_file, map_location=self.device, weights_only=False)
        except Exception:
            log.exception("half-written file, next time")
            return False
        if candidate.arms != self.policy.arms or candidate.hidden != self.policy.hidden:
            log.error("model of another shape ignored")
            return False
        self.stamp = stamp
        self.policy = candidate.eval()
        return True

    def _features(self):
        arms = self.policy.arms
        x = np.zeros((len(self.last_arm), arms + 2), dtype=np.float32)
        for i, arm in enumerate(self.last_arm):
            if arm >= 0:
                x[i, arm] = 1.0
        x[:, arms] = self.last_reward
        x[:, arms + 1] = self.clock / self.trial_length
        return torch.as_tensor(x, device=self.device)

    @torch.no_grad()
    def suggest(self, greedy=False):
        logits, _, self.memory = self.policy(self._features(), self.memory)
        if greedy:
            return logits.argmax(-1).cpu().numpy()
        return torch.distributions.Categorical(logits=logits).sample().cpu().numpy()

    def tell(self, arms, rewards):
        self.last_arm = np.asarray(arms)
        self.last_reward = np.asarray(rewards)
        self.clock = (self.clock + 1) % self.trial_length
