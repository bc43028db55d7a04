import torch


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr):
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            for p in group["params"]:
                s = self.state[p]
                s["step"] = torch.zeros(1)
                s["exp_avg"] = torch.zeros_like(p).share_memory_()
                s["exp_avg_sq"] = torch.zeros_like(p).share_memory_()
                s["step"].share_memory_()
