import argparse
import copy

import torch
from torch import nn

from tasks import Building


class ZoneModel(nn.Module):
    def __init__(self, n_in=6, hidden=64):
        super().__init__()
        self.lstm = nn.LSTM(n_in, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x, state=None):
        y, state = self.lstm(x, state)
        return self.head(y), state


def adapt(model, x, y, steps, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        state = None
        for xs, ys in zip(x.split(48, dim=1), y.split(48, dim=1)):
            pred, state = model(xs, state)
            loss = nn.functional.mse_loss(pred, ys)
            opt.zero_grad()
            loss.backward()
            opt.step()
            state = tuple(s.detach() for s in state)
    return loss.item()


@torch.no_grad()
def one_day_ahead(model, x, y):
    """Warm up on the first half, then predict step by step from its own temperatures."""
    half = x.shape[1] // 2
    _, state = model(x[:, :half])
    row, errors = x[:, half:half + 1].clone(), []
    for k in range(half, x.shape[1]):
        pred, state = model(row, state)
        errors.append((pred[:, 0] - y[:, k]).abs())
        if k + 1 < x.shape[1]:
            row = x[:, k + 1:k + 2].clone()
            row[..., 0] = pred[:, 0]
    return 30 * torch.stack(errors).mean().item()


def evaluate(model, n, steps, lr):
    meta = copy.deepcopy(model.state_dict())
    before, after = 0.0, 0.0
    for _ in range(n):
        b = Building.draw()
        sx, sy = (t.unsqueeze(0) for t in b.trace(2))
        qx, qy = (t.unsqueeze(0) for t in b.trace(2))
        before += one_day_ahead(model, qx, qy) / n
        adapt(model, sx, sy, steps, lr)
        after += one_day_ahead(model, qx, qy) / n
        model.load_state_dict(meta)
    return before, after


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--iterations", type=int, default=5000)
    ap.add_argument("--inner-steps", type=int, default=5)
    ap.add_argument("--inner-lr", type=float, default=0.05)
    ap.add_argument("--outer-lr", type=float, default=0.3)
    args = ap.parse_args()

    model = ZoneModel()
    for it in range(args.iterations):
        eps = args.outer_lr * (1 - it / args.iterations)
        meta = copy.deepcopy(model.state_dict())
        x, y = (t.unsqueeze(0) for t in Building.draw().trace(2))
        loss = adapt(model, x, y, args.inner_steps, args.inner_lr)
        tuned = model.state_dict()
        model.load_state_dict({k: meta[k] + eps * (tuned[k] - meta[k]) for k in meta})
        if it % 100 == 0:
            before, after = evaluate(model, 10, args.inner_steps, args.inner_lr)
            print(f"{it:5d} inner loss {loss:.5f}  MAE before {before:.2f}K after {after:.2f}K")
    torch.save(model.state_dict(), "zone_meta.pt")


if __name__ == "__main__":
    main()
