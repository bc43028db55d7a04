import torch
from torch import nn


class Sedation(nn.Module):
    def __init__(self, n_obs: int = 3, n_mem: int = 10):
        super().__init__()
        self.n_mem = n_mem
        self.gru = nn.GRUCell(n_obs, n_mem)
        self.rate = nn.Linear(n_mem, 1)
        self.chart = torch.zeros(1, n_mem)

    def new_case(self) -> None:
        self.chart = torch.zeros(1, self.n_mem)

    @torch.no_grad()
    def titrate(self, obs) -> float:
        self.chart = self.gru(torch.as_tensor(obs).view(1, -1), self.chart)
        return 6.0 * torch.sigmoid(self.rate(self.chart)).item()
