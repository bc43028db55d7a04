import numpy as np
import torch
import torch.nn.functional as F

from leaky import LeakyRNN

SAMPLE, DELAY, TEST, CHOICE = 15, 40, 15, 10


def make_trial(rng):
    a, b = rng.integers(0, 2, size=2)
    T = SAMPLE + DELAY + TEST + CHOICE
    u = np.zeros((T, 3), dtype=np.float32)
    u[:SAMPLE, a] = 1.0
    u[SAMPLE + DELAY:SAMPLE + DELAY + TEST, b] = 1.0
    u[-CHOICE:, 2] = 1.0
    return torch.from_numpy(u), int(a == b)


def main(seed):
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    net = LeakyRNN()
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    correct = []
    for k in range(20000):
        u, label = make_trial(rng)
        net.begin_trial()
        logits = torch.stack([net(u[t:t + 1]) for t in range(len(u))])
        out = logits[-CHOICE:, 0]
        loss = F.cross_entropy(out, torch.full((CHOICE,), label))
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        correct.append(float(out.mean(0).argmax() == label))
        if k % 500 == 499:
            print(seed, k + 1, np.mean(correct[-500:]))
            if np.mean(correct[-500:]) > 0.95:
                break
    torch.save(net.state_dict(), f"dms_{seed}.pt")


if __name__ == "__main__":
    for seed in range(10):
        main(seed)
