import torch
from stable_baselines3.common.callbacks import BaseCallback


class EMACallback(BaseCallback):
    """Keeps an exponential moving average of the policy and moves the policy onto it.

    decay: averaging factor per PPO update
    swap_every: number of PPO updates between two swaps
    """

    def __init__(self, decay: float = 0.9, swap_every: int = 20, verbose: int = 0):
        super().__init__(verbose)
        self.decay = decay
        self.swap_every = swap_every
        self.updates = 0
        self.shadow = {}

    def _on_training_start(self) -> None:
        self.shadow = {k: p.detach().clone() for k, p in self.model.policy.named_parameters()}

    @torch.no_grad()
    def _accumulate(self):
        for k, p in self.model.policy.named_parameters():
            self.shadow[k].mul_(self.decay).add_(p, alpha=1.0 - self.decay)

    @torch.no_grad()
    def _swap(self):
        gap = 0.0
        for k, p in self.model.policy.named_parameters():
            gap += (p - self.shadow[k]).pow(2).sum().item()
            p.copy_(self.shadow[k])
        return gap ** 0.5

    def _on_rollout_start(self) -> None:
        self.updates += 1
        self._accumulate()
        if self.updates % self.swap_every == 0:
            gap = self._swap()
            self.logger.record("ema/distance", gap)
            if self.verbose:
                print(f"swap after {self.updates} updates, distance {gap:.3f}")

    def _on_step(self) -> bool:
        return True
