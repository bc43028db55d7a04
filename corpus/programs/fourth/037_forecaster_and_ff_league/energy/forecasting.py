import torch


def refit(forecaster, history, steps=50, lr=1e-3):
    """A few steps of supervised learning on the prices seen so far; history: (N, T)."""
    opt = torch.optim.Adam(forecaster.parameters(), lr=lr)
    hist = torch.as_tensor(history, dtype=torch.float32)
    for _ in range(steps):
        i = int(torch.randint(hist.shape[1] - 56, (1,)))
        loss = torch.nn.functional.l1_loss(forecaster(hist[:, i : i + 48]), hist[:, i + 48 : i + 56])
        opt.zero_grad()
        loss.backward()
        opt.step()
    return float(loss)
