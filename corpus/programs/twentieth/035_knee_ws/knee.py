import torch
from torch import nn, Tensor


class GaitNet(nn.Module):
    """IMU + load cell -> knee torque, 100 Hz."""

    def __init__(self, n_in: int = 9, units: int = 48) -> None:
        super().__init__()
        self.lstm = nn.LSTM(n_in, units, num_layers=2, batch_first=True)
        self.out = nn.Linear(units, 1)

    def forward(self, x: Tensor, hc=None):
        y, hc = self.lstm(x, hc)
        return self.out(y[:, -1]), hc


class Knee:
    def __init__(self, path: str, limit: float = 60.0) -> None:
        self.net = GaitNet().eval()
        self.limit = limit
        self.install(path)

    def install(self, path: str) -> None:
        self.net.load_state_dict(torch.load(path, map_location="cpu"))
        self.rest()

    def rest(self) -> None:
        self.hc = None
        self.torque = 0.0

    @torch.no_grad()
    def tick(self, sample: list[float]) -> float:
        x = torch.tensor(sample, dtype=torch.float32).view(1, 1, -1)
        y, self.hc = self.net(x, self.hc)
        want = float(y.clamp(-self.limit, self.limit))
        # not more than 5 Nm per tick
        self.torque += max(-5.0, min(5.0, want - self.torque))
        return self.torque
