import torch
import torch.nn as nn


class MazeNet(nn.Module):
    def __init__(self, n_in=5, n_out=3, n_h=48):
        super().__init__()
        self.n_h = n_h
        self.l = nn.LSTMCell(n_in, n_h)
        self.p = nn.Linear(n_h, n_out)
        self.v = nn.Linear(n_h, 1)

    def forward(self, x, hx, cx):
        hx, cx = self.l(x, (hx, cx))
        return self.p(hx), self.v(hx), hx, cx


class SharedAdam(torch.optim.Adam):
    """Adam whose moments live in shared memory."""

    def __init__(self, params, lr):
        super().__init__(params, lr=lr)
        for g in self.param_groups:
            for p in g["params"]:
                s = self.state[p]
                s["step"] = torch.zeros(())
                s["exp_avg"] = torch.zeros_like(p.data)
                s["exp_avg_sq"] = torch.zeros_like(p.data)

    def share_memory(self):
        for s in self.state.values():
            for t in s.values():
                t.share_memory_()
