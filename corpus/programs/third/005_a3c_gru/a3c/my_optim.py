import math

import torch


class SharedAdam(torch.optim.Adam):
    """Adam whose moments live in shared memory."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr=lr, betas=betas, eps=eps)
        for group in self.param_groups:
            for p in group["params"]:
                s = self.state[p]
                s["step"] = torch.zeros(1)
                s["exp_avg"] = torch.zeros_like(p.data)
                s["exp_avg_sq"] = torch.zeros_like(p.data)

    def share_memory(self):
        for group in self.param_groups:
            for p in group["params"]:
                for v in self.state[p].values():
                    v.share_memory_()

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                s["step"] += 1
                s["exp_avg"].mul_(b1).add_(p.grad, alpha=1 - b1)
                s["exp_avg_sq"].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
                t = s["step"].item()
                size = group["lr"] * math.sqrt(1 - b2**t) / (1 - b1**t)
                p.addcdiv_(s["exp_avg"], s["exp_avg_sq"].sqrt().add_(group["eps"]), value=-size)
