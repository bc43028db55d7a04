import copy
import sys

import numpy as np
import torch
import torch.nn.functional as F

from net import WakeWordNet


def batches(feats, labels, size, shuffle):
    order = np.random.permutation(len(feats)) if shuffle else np.arange(len(feats))
    for i in range(0, len(order), size):
        idx = order[i: i + size]
        yield torch.from_numpy(feats[idx]), torch.from_numpy(labels[idx])


def evaluate(net, feats, labels):
    net.eval()
    hits = 0
    with torch.no_grad():
        for x, y in batches(feats, labels, 256, False):
            hits += int((net.utterance(x)[:, -10:].mean(1).argmax(-1) == y).sum())
    return hits / len(feats)


def fit(npz, out, epochs=40, patience=6):
    d = np.load(npz)
    net = WakeWordNet(n_feat=d["x_train"].shape[-1])
    opt = torch.optim.Adam(net.parameters(), lr=2e-3)
    best, best_acc, waited = copy.deepcopy(net.state_dict()), 0.0, 0
    for epoch in range(epochs):
        net.train()
        for x, y in batches(d["x_train"], d["y_train"], 64, True):
            logits = net.utterance(x)[:, -10:].mean(1)
            loss = F.cross_entropy(logits, y)
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            opt.step()
        acc = evaluate(net, d["x_val"], d["y_val"])
        print(f"{epoch:3d} {loss.item():.3f} {acc:.3f}")
        if acc > best_acc:
            best, best_acc, waited = copy.deepcopy(net.state_dict()), acc, 0
        else:
            waited += 1
            if waited >= patience:
                break
    net.load_state_dict(best)
    print("test", evaluate(net, d["x_test"], d["y_test"]))
    torch.save(net.state_dict(), out)


if __name__ == "__main__":
    fit(sys.argv[1], sys.argv[2])
