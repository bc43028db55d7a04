# %% [markdown]
# # Incident response with a recurrent policy
# Metrics of a service come every minute, the policy chooses a runbook action.
# Evolution strategy from the night run gave `candidates/*.pt`; here they are tried on the replay
# of last month's telemetry with a simulated service behind it.

# %%
import glob
import math
import random

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn

random.seed(3)
torch.manual_seed(3)
ACTIONS = ["wait", "restart", "scale_up", "rollback_release", "page"]


# %%
class Responder(nn.Module):
    def __init__(self, n_metrics=7, hidden=64):
        super().__init__()
        self.norm = nn.LayerNorm(n_metrics)
        self.lstm = nn.LSTMCell(n_metrics, hidden)
        self.head = nn.Linear(hidden, len(ACTIONS))

    def forward(self, m, hc):
        hc = self.lstm(self.norm(m), hc)
        return self.head(hc[0]), hc


# %%
# simulated service, runs on without end; faults come and go
minute = 0
fault, severity, capacity = None, 0.0, 1.0


def tick(action):
    global minute, fault, severity, capacity
    cost = {"wait": 0.0, "restart": 0.5, "scale_up": 0.3, "rollback_release": 1.0, "page": 2.0}[action]
    cure = {"leak": "restart", "traffic": "scale_up", "bad_release": "rollback_release"}
    if fault is None and random.random() < 0.01:
        fault, severity = random.choice(list(cure)), 0.1
    if fault is not None:
        severity = min(1.0, severity * 1.08)
        if action == cure[fault] or action == "page":
            fault, severity = None, 0.0
    capacity = 1.5 if action == "scale_up" else max(1.0, capacity * 0.999)
    minute += 1
    load = 0.5 + 0.3 * math.sin(2 * math.pi * minute / 1440)
    pain = severity * load / capacity
    metrics = [
        load / capacity + random.gauss(0, 0.05),
        severity * (fault == "leak") + random.gauss(0, 0.2),
        severity * (fault == "traffic") + random.gauss(0, 0.2),
        severity * (fault == "bad_release") + random.gauss(0, 0.2),
        pain + random.gauss(0, 0.1),
        capacity,
        (minute % 1440) / 1440,
    ]
    return torch.tensor([metrics]), cost + 5 * pain


# %%
files = sorted(glob.glob("candidates/*.pt"))
print(len(files), "candidates")
policy = Responder()
policy.eval()
MINUTES_EACH = 3 * 1440

# %%
metrics, _ = tick("wait")
hc = (torch.zeros(1, 64), torch.zeros(1, 64))
table = []
with torch.no_grad():
    for f in files:
        policy.load_state_dict(torch.load(f, map_location="cpu"))
        costs, used = [], {a: 0 for a in ACTIONS}
        for _ in range(MINUTES_EACH):
            logits, hc = policy(metrics, hc)
            action = ACTIONS[int(logits.argmax())]
            used[action] += 1
            metrics, cost = tick(action)
            costs.append(cost)
        table.append((f, float(np.mean(costs)), used))
        print(f"{f}: {np.mean(costs):.4f} per minute, pages {used['page']}")

# %%
table.sort(key=lambda row: row[1])
names = [t[0].split("/")[-1] for t in table]
plt.figure(figsize=(8, 0.3 * len(table) + 1))
plt.barh(names, [t[1] for t in table])
plt.xlabel("cost per minute")
plt.tight_layout()
plt.savefig("candidates.png")

# %%
best = table[0][0]
print("best:", best, table[0][2])
winner = Responder()
winner.load_state_dict(torch.load(best, map_location="cpu"))
torch.save(winner.state_dict(), "responder.pt")
