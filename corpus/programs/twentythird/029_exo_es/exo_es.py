# Evolution strategy for the hip/knee torque profile of the exoskeleton.
# The subject walks on the treadmill without a break; each candidate gets a few seconds.
import numpy as np
import torch
import torch.nn as nn

from treadmill import Treadmill

STEPS_PER_CANDIDATE = 500
POP = 16
SIGMA = 0.04
LR = 0.02


class GaitNet(nn.Module):
    def __init__(self, n_in=12, n_hid=24, n_out=4):
        super().__init__()
        self.rnn = nn.RNNCell(n_in, n_hid)
        self.torque = nn.Linear(n_hid, n_out)
        self.n_hid = n_hid

    def forward(self, x, h):
        h = self.rnn(x, h)
        return torch.tanh(self.torque(h)), h


def flat(net):
    return torch.cat([p.detach().reshape(-1) for p in net.parameters()]).numpy().copy()


def unflat(net, vec):
    i = 0
    vec = torch.as_tensor(vec, dtype=torch.float32)
    with torch.no_grad():
        for p in net.parameters():
            n = p.numel()
            p.copy_(vec[i:i + n].view_as(p))
            i += n


class Lab:
    def __init__(self, seed):
        self.net = GaitNet()
        self.mill = Treadmill(seed)
        self.x = self.mill.start()
        self.h = torch.zeros(1, self.net.n_hid)
        self.stumbled = False

    def try_candidate(self, vec):
        unflat(self.net, vec)
        if self.stumbled:
            self.x = self.mill.start()
            self.h = torch.zeros(1, self.net.n_hid)
            self.stumbled = False
        cost = 0.0
        for t in range(STEPS_PER_CANDIDATE):
            obs = torch.from_numpy(self.x).unsqueeze(0)
            with torch.no_grad():
                torque, self.h = self.net(obs, self.h)
            self.x, effort, self.stumbled = self.mill.apply(torque[0].numpy())
            cost += effort
            if self.stumbled:
                cost += 50.0 * (STEPS_PER_CANDIDATE - t) / STEPS_PER_CANDIDATE
                break
        return -cost


def ranks(f):
    r = np.empty(len(f))
    r[np.argsort(f)] = np.arange(len(f))
    return r / (len(f) - 1) - 0.5


def main(generations=150, seed=3):
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    lab = Lab(seed)
    mean = flat(lab.net)
    for g in range(generations):
        eps = rng.standard_normal((POP // 2, mean.size)).astype(np.float32)
        eps = np.concatenate([eps, -eps])
        fit = np.array([lab.try_candidate(mean + SIGMA * e) for e in eps])
        mean = mean + LR / (POP * SIGMA) * (ranks(fit) @ eps)
        print(f"gen {g:3d} mean {fit.mean():8.2f} best {fit.max():8.2f}")
        if g % 10 == 0:
            np.save("gait_mean.npy", mean)


if __name__ == "__main__":
    main()
