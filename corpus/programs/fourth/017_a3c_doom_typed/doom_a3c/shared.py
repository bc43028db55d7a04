import torch
from torch import optim


class SharedRMSprop(optim.RMSprop):
    """RMSprop whose running averages live in shared memory."""

    def __init__(self, params, lr=1e-4, alpha=0.99, eps=0.1):
        super().__init__(params, lr=lr, alpha=alpha, eps=eps)
        for group in self.param_groups:
            for p in group["params"]:
                st = self.state[p]
                st["step"] = torch.zeros(1).share_memory_()
                st["square_avg"] = torch.zeros_like(p).share_memory_()


def hand_over_gradients(local, shared):
    for lp, sp in zip(local.parameters(), shared.parameters()):
        sp._grad = lp.grad
