import argparse
import os
import sys

import torch

from bank import Sprayer, SprayNet, inner_loop


def fake_rows(T=60, B=8, density=None):
    density = torch.rand(1).item() if density is None else density
    canopy = (torch.rand(T, B, 8) < density).float() * torch.rand(T, B, 8)
    speed = 1.2 + 0.2 * torch.randn(T, B, 1)
    wind = torch.randn(T, B, 1).abs()
    target = canopy[..., 1:7].roll(3, 0) * (speed / 1.2) * (1 + 0.1 * wind)
    return torch.cat([canopy, speed, wind], -1), target.clamp(0, 1)


def cmd_train(args):
    net = SprayNet()
    for it in range(args.iters):
        tasks = []
        for _ in range(args.tasks):
            d = torch.rand(1).item()
            rows, target = fake_rows(density=d)
            fast, loss = inner_loop(net, rows, target, args.inner, args.lr)
            tasks.append((fast, loss))
        with torch.no_grad():
            for name, p in net.named_parameters():
                mean = torch.stack([dict(f.named_parameters())[name] for f, _ in tasks]).mean(0)
                p.add_(args.meta_lr * (mean - p))
        if it % 50 == 0:
            print(it, sum(l for _, l in tasks) / len(tasks))
    os.makedirs(args.folder, exist_ok=True)
    torch.save(net.state_dict(), os.path.join(args.folder, "meta.pt"))


def cmd_adapt(args):
    net = SprayNet()
    net.load_state_dict(torch.load(os.path.join(args.folder, "meta.pt")))
    data = torch.load(args.data)
    fast, loss = inner_loop(net, data["rows"], data["target"], args.inner, args.lr)
    torch.save(fast.state_dict(), os.path.join(args.folder, f"block_{args.block}.pt"))
    print(f"block {args.block}: {loss:.4f}")


def cmd_run(args):
    sprayer = Sprayer(args.folder)
    litres = 0.0
    for line in sys.stdin:
        # "block v1 ... v10", one line per 0.5 m of travel
        block, *values = line.split()
        if block != sprayer.block:
            sprayer.adopt(block, args.cold)
        y = sprayer.dose(torch.tensor([float(v) for v in values]))
        litres += y.sum().item() * 0.02
        print(" ".join(f"{v:.2f}" for v in y.tolist()), flush=True)
    print(f"total {litres:.1f} l", file=sys.stderr)


def main():
    ap = argparse.ArgumentParser(prog="orchard")
    ap.add_argument("--folder", default="models")
    ap.add_argument("--inner", type=int, default=5)
    ap.add_argument("--lr", type=float, default=0.05)
    sub = ap.add_subparsers(dest="cmd", required=True)
    t = sub.add_parser("train")
    t.add_argument("--iters", type=int, default=2000)
    t.add_argument("--tasks", type=int, default=4)
    t.add_argument("--meta-lr", type=float, default=0.3)
    t.set_defaults(fn=cmd_train)
    a = sub.add_parser("adapt")
    a.add_argument("block")
    a.add_argument("data")
    a.set_defaults(fn=cmd_adapt)
    r = sub.add_parser("run")
    r.add_argument("--cold", action="store_true", help="forget the canopy seen so far at a block change")
    r.set_defaults(fn=cmd_run)
    args = ap.parse_args()
    args.fn(args)


if __name__ == "__main__":
    main()
