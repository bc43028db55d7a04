from typing import Optional, Tuple

import torch
from torch import Tensor, nn

State = Tuple[Tensor, Tensor]


class GlucoseLSTM(nn.Module):
    """Predicts the next CGM reading from (glucose, insulin, carbs)."""

    def __init__(self, hidden: int = 64):
        super().__init__()
        self.lstm = nn.LSTM(3, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x: Tensor, state: Optional[State] = None) -> Tuple[Tensor, State]:
        y, state = self.lstm(x, state)
        return x[..., :1] + self.out(y), state


def fit(model: GlucoseLSTM, days: Tensor, epochs: int, lr: float = 1e-3, batch: int = 16) -> None:
    """days: (n, steps, 3), each row is a day of five-minute readings."""
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    for epoch in range(epochs):
        order = torch.randperm(len(days))
        total = 0.0
        for idx in order.split(batch):
            x = days[idx]
            pred, _ = model(x[:, :-1])
            loss = nn.functional.smooth_l1_loss(pred, x[:, 1:, :1])
            opt.zero_grad()
            loss.backward()
            opt.step()
            total += loss.item() * len(idx)
        print(f"epoch {epoch:3d} loss {total / len(days):.5f}")
