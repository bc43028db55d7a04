import argparse

import torch
import torch.nn.functional as F

from records import dataset
from sniffer import GasSniffer


def run_record(net, x):
    net.reset_state()
    return torch.cat([net(x[t:t + 1]) for t in range(len(x))])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--epochs", type=int, default=20)
    ap.add_argument("--records", type=int, default=300)
    ap.add_argument("--out", default="sniffer.pt")
    args = ap.parse_args()

    train, test = dataset(args.records, 0), dataset(60, 1)
    net = GasSniffer()
    everything = torch.cat([x for x, _ in train])
    with torch.no_grad():
        net.scale.momentum = None
        net.scale(everything)
    net.eval()
    opt = torch.optim.Adam(net.parameters(), lr=2e-3)

    for epoch in range(args.epochs):
        order = torch.randperm(len(train)).tolist()
        total = 0.0
        for i in order:
            x, y = train[i]
            loss = F.binary_cross_entropy_with_logits(run_record(net, x), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
            total += loss.item()
        with torch.no_grad():
            hits = [((run_record(net, x) > 0) == (y > 0)).float().mean() for x, y in test]
        print(f"epoch {epoch} loss {total / len(train):.4f} accuracy {torch.stack(hits).mean():.3f}")
        torch.save(net.state_dict(), args.out)


if __name__ == "__main__":
    main()
