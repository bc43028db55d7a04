"""Stochastic weight averaging with restarts from the average."""
from torch.optim.swa_utils import AveragedModel, update_bn  # noqa: F401


class SWACycle:
    """
    From iteration `start` on, average every `every` iterations. After `cycle`
    iterations the average itself becomes the policy and a new cycle begins.
    """

    def __init__(self, policy, start, every, cycle, lr):
        self.policy = policy
        self.start, self.every, self.cycle, self.lr = start, every, cycle, lr
        self.average = AveragedModel(policy)

    def after_update(self, it, learner):
        if it < self.start:
            return
        t = it - self.start
        if t % self.every == 0:
            self.average.update_parameters(self.policy)
        if t and t % self.cycle == 0:
            self._restart(learner)

    def _restart(self, learner):
        self.policy.load_state_dict(self.average.module.state_dict())
        self.average = AveragedModel(self.policy)
        learner.new_optimizer(lr=self.lr)
