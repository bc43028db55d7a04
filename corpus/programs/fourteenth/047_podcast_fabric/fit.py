import argparse
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from lightning.fabric import Fabric

from listening import ParallelListeners, read_histories


class ShowModel(nn.Module):
    def __init__(self, n_shows, dim, lanes):
        super().__init__()
        self.emb = nn.Embedding(n_shows, dim, padding_idx=0)
        self.gru = nn.GRU(dim, dim, batch_first=True)
        self.register_buffer("popularity", torch.zeros(n_shows))
        self.register_buffer("taste", torch.zeros(1, lanes, dim), persistent=False)

    def forget(self):
        self.taste = torch.zeros_like(self.taste)

    def forward(self, shows, fresh):
        h = self.taste * (~fresh).view(1, -1, 1)
        y, h = self.gru(self.emb(shows), h)
        self.taste = h.detach()
        return y @ self.emb.weight.T + 0.1 * torch.log1p(self.popularity)


def run_epoch(fabric, model, opt, stream):
    model.train()
    model.forget()
    total, n = 0.0, 0
    for shows, nxt, fresh in stream:
        shows, nxt, fresh = fabric.to_device((shows, nxt, fresh))
        logits = model(shows, fresh)
        loss = F.cross_entropy(logits.flatten(0, 1), nxt.flatten(), ignore_index=0)
        opt.zero_grad()
        fabric.backward(loss)
        fabric.clip_gradients(model, opt, max_norm=1.0)
        opt.step()
        total, n = total + loss.item(), n + 1
    return total / max(1, n)


@torch.no_grad()
def recall(fabric, model, stream, k=20):
    model.eval()
    model.forget()
    hits = seen = 0
    for shows, nxt, fresh in stream:
        shows, nxt, fresh = fabric.to_device((shows, nxt, fresh))
        top = model(shows, fresh).topk(k, dim=-1).indices
        mask = nxt != 0
        hits += ((top == nxt.unsqueeze(-1)).any(-1) & mask).sum().item()
        seen += mask.sum().item()
    return hits / max(1, seen)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("data", type=Path)
    ap.add_argument("--lanes", type=int, default=128)
    ap.add_argument("--chunk", type=int, default=20)
    ap.add_argument("--dim", type=int, default=128)
    ap.add_argument("--epochs", type=int, default=30)
    ap.add_argument("--ckpt", type=Path, default=Path("shows.ckpt"))
    args = ap.parse_args()

    fabric = Fabric(accelerator="auto", devices=1, precision="32-true")
    fabric.seed_everything(11)
    train, valid, test = (read_histories(args.data / f"{s}.jsonl") for s in ("train", "valid", "test"))
    n_shows = 1 + max(max(h) for h in train + valid + test if h)
    model = ShowModel(n_shows, args.dim, args.lanes)
    for h in train:
        for show in h:
            model.popularity[show] += 1
    model, opt = fabric.setup(model, torch.optim.AdamW(model.parameters(), lr=1e-3))

    best, patience = 0.0, 4
    for epoch in range(args.epochs):
        loss = run_epoch(fabric, model, opt, ParallelListeners(train, args.lanes, args.chunk))
        r = recall(fabric, model, ParallelListeners(valid, args.lanes, args.chunk))
        fabric.print(f"epoch {epoch} loss {loss:.4f} recall@20 {r:.4f}")
        if r > best:
            best, patience = r, 4
            fabric.save(args.ckpt, {"model": model, "epoch": epoch})
        else:
            patience -= 1
            if patience == 0:
                break
    fabric.load(args.ckpt, {"model": model})
    fabric.print("test recall@20", recall(fabric, model, ParallelListeners(test, args.lanes, args.chunk)))


if __name__ == "__main__":
    main()
