import argparse
import random

import torch
import torch.nn.functional as F

from delay_model import TurnaroundGRU, synth_airport


class Airport:
    def __init__(self, name, seed):
        self.name = name
        x, y = synth_airport(seed)
        cut = int(0.8 * len(x))
        self.train_set, self.val_set = (x[:cut], y[:cut]), (x[cut:], y[cut:])
        self.net = TurnaroundGRU()

    def fit(self, global_weights, epochs, lr):
        self.net.load_state_dict(global_weights)
        opt = torch.optim.SGD(self.net.parameters(), lr=lr, momentum=0.9)
        x, y = self.train_set
        for _ in range(epochs):
            for idx in torch.randperm(len(x)).split(32):
                loss = F.smooth_l1_loss(self.net(x[idx]), y[idx])
                opt.zero_grad()
                loss.backward()
                opt.step()
        return {k: v.clone() for k, v in self.net.state_dict().items()}, len(x)

    @torch.no_grad()
    def evaluate(self, model):
        x, y = self.val_set
        return (model(x) - y).abs().mean().item()


class Server:
    def __init__(self, airports, args):
        self.airports = airports
        self.args = args
        self.model = TurnaroundGRU()
        self.best_mae = float("inf")
        self.best_weights = None
        self.bad_rounds = 0

    def aggregate(self, results):
        total = sum(n for _, n in results)
        avg = {k: sum(w[k] * (n / total) for w, n in results) for k in results[0][0]}
        self.model.load_state_dict(avg)

    def validate(self):
        return sum(a.evaluate(self.model) for a in self.airports) / len(self.airports)

    def round(self, r):
        picked = random.sample(self.airports, self.args.per_round)
        lr = self.args.lr * 0.98**r
        self.aggregate([a.fit(self.model.state_dict(), self.args.epochs, lr) for a in picked])
        mae = self.validate()
        if mae < self.best_mae:
            self.best_mae = mae
            self.best_weights = self.model.state_dict()
            self.bad_rounds = 0
        else:
            self.bad_rounds += 1
        if self.bad_rounds >= self.args.patience:
            print(f"round {r}: no progress, going back to the best global model ({self.best_mae:.3f})")
            self.model.load_state_dict(self.best_weights)
            self.bad_rounds = 0
        return mae


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, default=100)
    p.add_argument("--per-round", type=int, default=4)
    p.add_argument("--epochs", type=int, default=2)
    p.add_argument("--lr", type=float, default=0.05)
    p.add_argument("--patience", type=int, default=5)
    args = p.parse_args()
    names = ["MUC", "ARN", "LIS", "ATH", "DUB", "PRG", "OSL", "BUD"]
    server = Server([Airport(n, i) for i, n in enumerate(names)], args)
    for r in range(args.rounds):
        mae = server.round(r)
        print(f"round {r:3d} mae {mae:.3f} best {server.best_mae:.3f}")
    torch.save(server.best_weights, "turnaround.pt")


if __name__ == "__main__":
    main()
