"""Trains on the workstation GPU while the arm is moving; inference uses a CPU twin of the net."""
import collections
import threading
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from armlib import Arm


class LSTMGaussian(nn.Module):
    def __init__(self, o=24, a=6, h=96):
        super().__init__()
        self.lstm = nn.LSTM(o, h, batch_first=True)
        self.mu = nn.Linear(h, a)
        self.ls = nn.Parameter(-torch.ones(a))

    def forward(self, o, hc=None):
        y, hc = self.lstm(o, hc)
        return self.mu(y), self.ls.exp(), hc


class Shared:
    def __init__(self):
        self.lock = threading.Lock()
        self.buf = collections.deque(maxlen=200)
        self.learner = LSTMGaussian().cuda()
        self.steps = 0


def trainer(sh):
    opt = torch.optim.Adam(sh.learner.parameters(), 1e-4)
    while True:
        if len(sh.buf) < 8:
            time.sleep(1)
            continue
        with sh.lock:
            eps = [sh.buf[i] for i in np.random.randint(len(sh.buf), size=8)]
        loss = 0.0
        for o, a, g in eps:
            mu, s, _ = sh.learner(torch.as_tensor(o).cuda()[None])
            lp = torch.distributions.Normal(mu[0], s).log_prob(torch.as_tensor(a).cuda()).sum(-1)
            adv = torch.as_tensor(g).cuda()
            loss = loss - (lp * F.layer_norm(adv, adv.shape)).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        sh.steps += 1


def run_arm(sh, hz=20):
    arm = Arm("/dev/ttyUSB0")
    twin = LSTMGaussian().eval()
    seen = -1
    while True:
        o = arm.home()
        hc = None
        O, A, R = [], [], []
        for t in range(600):
            if sh.steps - seen >= 100:
                twin.load_state_dict({k: v.cpu() for k, v in sh.learner.state_dict().items()})
                seen = sh.steps
            x = torch.as_tensor(o, dtype=torch.float32).view(1, 1, -1)
            with torch.no_grad():
                mu, s, hc = twin(x, hc)
            a = torch.normal(mu[0, 0], s).numpy()
            O.append(np.asarray(o, np.float32))
            A.append(a)
            o, r, done = arm.step(a, dt=1 / hz)
            R.append(r)
            if done:
                break
        g = np.cumsum(np.asarray(R, np.float32)[::-1])[::-1].copy()
        with sh.lock:
            sh.buf.append((np.stack(O), np.stack(A), g))
        print(f"episode return {sum(R):.2f}, gradient steps {sh.steps}")


if __name__ == "__main__":
    sh = Shared()
    threading.Thread(target=trainer, args=(sh,), daemon=True).start()
    run_arm(sh)
