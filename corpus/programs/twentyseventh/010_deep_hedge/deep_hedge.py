import copy
import math

import torch
from torch import nn

# --- settings -------------------------------------------------------------------------
steps, maturity, strike, s0 = 30, 30 / 365, 100.0, 100.0
kappa, theta, xi, rho, v0 = 2.0, 0.04, 0.4, -0.6, 0.04
fee, risk_aversion = 0.001, 0.05
batch, max_iter, eval_every, tolerance = 2048, 6000, 50, 6
units = 32
dt = maturity / steps
torch.manual_seed(0)

cell = nn.GRUCell(4, units)
head = nn.Linear(units, 1)
price = nn.Parameter(torch.tensor(2.5))
params = list(cell.parameters()) + list(head.parameters()) + [price]
optimizer = torch.optim.Adam(params, lr=1e-3)

best = {"risk": float("inf"), "cell": None, "head": None, "price": None}
strikes = 0

# --- training -------------------------------------------------------------------------
for it in range(max_iter):
    testing = it % eval_every == 0
    n = 8 * batch if testing else batch
    with torch.set_grad_enabled(not testing):
        s = torch.full((n,), s0)
        v = torch.full((n,), v0)
        h = torch.zeros(n, units)
        delta = torch.zeros(n)
        wealth = torch.zeros(n) + price
        for k in range(steps):
            x = torch.stack([torch.log(s / strike) * 10, v.sqrt() * 5 - 1,
                             torch.full((n,), 1 - k / steps), delta], dim=1)
            h = cell(x, h)
            new_delta = torch.sigmoid(head(h)).squeeze(1)
            wealth = wealth - fee * s * (new_delta - delta).abs()
            delta = new_delta
            z1 = torch.randn(n)
            z2 = rho * z1 + math.sqrt(1 - rho ** 2) * torch.randn(n)
            s_next = s * torch.exp(-0.5 * v * dt + (v * dt).sqrt() * z1)
            v = (v + kappa * (theta - v) * dt + xi * (v * dt).sqrt() * z2).clamp(min=1e-4)
            wealth = wealth + delta * (s_next - s)
            s = s_next
        wealth = wealth - fee * s * delta - (s - strike).clamp(min=0)
        risk = torch.log(torch.exp(-risk_aversion * 10 * wealth).mean()) / (risk_aversion * 10) + price

    if not testing:
        optimizer.zero_grad()
        (risk + 0.01 * wealth.mean() ** 2).backward()
        nn.utils.clip_grad_norm_(params, 1.0)
        optimizer.step()
        continue

    print(f"{it:5d}  risk {risk.item():.4f}  price {price.item():.3f}  std {wealth.std().item():.3f}")
    if risk.item() < best["risk"]:
        best = {"risk": risk.item(), "cell": copy.deepcopy(cell.state_dict()),
                "head": copy.deepcopy(head.state_dict()), "price": price.item()}
        strikes = 0
    else:
        strikes += 1
    if strikes >= tolerance:
        cell.load_state_dict(best["cell"])
        head.load_state_dict(best["head"])
        price.data.fill_(best["price"])
        for group in optimizer.param_groups:
            group["lr"] *= 0.5
        strikes = 0
        print("      back to the best, lr", optimizer.param_groups[0]["lr"])

# --- result ---------------------------------------------------------------------------
torch.save({"cell": best["cell"], "head": best["head"], "price": best["price"]}, "hedge_call.pt")
print("indifference price", round(best["price"], 3), "risk", round(best["risk"], 4))
