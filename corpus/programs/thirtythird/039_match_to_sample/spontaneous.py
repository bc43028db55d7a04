"""Dimensionality of the activity without a stimulus, one network after the other."""
import numpy as np
import torch

from leaky import LeakyRNN

T = 5000


def participation_ratio(x):
    w = np.linalg.eigvalsh(np.cov(x.T))
    return w.sum() ** 2 / (w ** 2).sum()


rows = []
for seed in range(10):
    net = LeakyRNN()
    net.load_state_dict(torch.load(f"dms_{seed}.pt"))
    silence = torch.zeros(1, 3)
    rates = np.zeros((T, net.J.shape[0]))
    with torch.no_grad():
        for t in range(T):
            net(silence)
            rates[t] = net.r[0].numpy()
    rows.append((seed, participation_ratio(rates[:500]), participation_ratio(rates), rates.mean()))
    print("seed %d  early PR %.2f  PR %.2f  mean rate %.3f" % rows[-1])
np.savetxt("spontaneous.csv", np.array(rows), delimiter=",", header="seed,early_pr,pr,rate")
