"""
Learning to keep an optical cavity on resonance with only the transmitted power as signal.
Project for the "machine learning for experimentalists" seminar.
"""
import numpy as np
import torch
import matplotlib.pyplot as plt

rng = np.random.default_rng(1)
torch.manual_seed(1)

kappa = 1.0  # linewidth
dt = 0.05
T_run = 400  # control steps per run
kicks = np.array([-0.2, -0.05, 0.0, 0.05, 0.2])


class Cavity:
    def reset(self):
        self.delta = rng.normal(0, 0.8)
        self.drift = rng.normal(0, 0.05)
        self.piezo = 0.0
        self.n = 0
        return self.power()

    def power(self):
        d = self.delta - self.piezo
        return 1.0 / (1.0 + (2 * d / kappa) ** 2) + rng.normal(0, 0.01)

    def step(self, i):
        self.piezo += kicks[i]
        self.drift += -0.02 * self.drift + 0.01 * rng.normal()
        self.delta += dt * self.drift + 0.02 * rng.normal()
        self.n += 1
        p = self.power()
        lost = abs(self.delta - self.piezo) > 5 * kappa
        return p, p - (5.0 if lost else 0.0), lost, self.n >= T_run


class Lock(torch.nn.Module):
    def __init__(self, nh=32):
        super().__init__()
        self.nh = nh
        self.cell = torch.nn.LSTMCell(2, nh)
        self.pol = torch.nn.Linear(nh, len(kicks))
        self.val = torch.nn.Linear(nh, 1)

    def forward(self, power, last_kick, hc):
        x = torch.tensor([[power, last_kick]], dtype=torch.float32)
        h, c = self.cell(x, hc)
        return torch.log_softmax(self.pol(h), -1)[0], self.val(h)[0, 0], (h, c)


def empty(net):
    return torch.zeros(1, net.nh), torch.zeros(1, net.nh)


net = Lock()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
cavity = Cavity()

n_steps, window, gamma = 600_000, 32, 0.97
power, kick = cavity.reset(), 0.0
hc = empty(net)
run_power, history = [], []
buf = []

for n in range(n_steps):
    logp, v, hc = net(power, kick, hc)
    i = torch.multinomial(logp.exp(), 1).item()
    new_power, r, lost, timeout = cavity.step(i)
    buf.append((logp[i], v, -(logp.exp() * logp).sum(), r, lost or timeout))
    run_power.append(new_power)
    power, kick = new_power, kicks[i]

    if lost or timeout:
        history.append(np.mean(run_power))
        run_power = []
        power, kick = cavity.reset(), 0.0
        hc = empty(net)

    if len(buf) == window:
        with torch.no_grad():
            _, g, _ = net(power, kick, hc)
        loss = 0.0
        for lp, val, ent, rew, end in reversed(buf):
            g = rew + (0.0 if end else gamma * g)
            a = g - val
            loss = loss - lp * a.detach() + 0.5 * a**2 - 0.003 * ent
        opt.zero_grad()
        (loss / window).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        hc = (hc[0].detach(), hc[1].detach())
        buf = []

    if n % 20000 == 0 and history:
        print(f"{n:7d}  mean transmitted power of the last 20 runs: {np.mean(history[-20:]):.3f}")

# one test run with the drift of the real lab laser
power, kick, trace = cavity.reset(), 0.0, []
hc = empty(net)
with torch.no_grad():
    for _ in range(T_run):
        logp, _, hc = net(power, kick, hc)
        i = int(logp.argmax())
        power, _, lost, _ = cavity.step(i)
        kick = kicks[i]
        trace.append(power)
        if lost:
            break

fig, ax = plt.subplots(1, 2, figsize=(9, 3))
ax[0].plot(history)
ax[0].set(xlabel="run", ylabel="mean power")
ax[1].plot(np.arange(len(trace)) * dt, trace)
ax[1].set(xlabel="time (1/kappa)", ylabel="power")
fig.tight_layout()
fig.savefig("lock.pdf")
