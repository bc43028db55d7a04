# Delta hedge of a constant-maturity 30 day straddle, walk forward.
# A net is refitted every 60 days on the last 250 days; it goes live if it would have been
# better on the 60 days before.
import copy
import math

import numpy as np
import torch
import torch.nn as nn

HID = 24
DAYS = 3000
REFIT = 60
LOOKBACK = 250
HOLDOUT = 60
COST = 0.0005

torch.manual_seed(11)
rng = np.random.default_rng(11)

# market: mean-reverting vol, price with jumps
spot, vol = [100.0], [0.2]
for d in range(DAYS):
    v = vol[-1] + 0.05 * (0.2 - vol[-1]) + 0.02 * rng.normal()
    v = max(v, 0.05)
    jump = rng.normal(-0.02, 0.03) if rng.random() < 0.01 else 0.0
    spot.append(spot[-1] * math.exp(v * rng.normal() / math.sqrt(252) - 0.5 * v * v / 252 + jump))
    vol.append(v)
spot, vol = np.array(spot), np.array(vol)
ret = np.diff(spot) / spot[:-1]
implied = vol[:-1] * 1.05 + 0.005 * rng.normal(size=DAYS)
# daily pnl of the straddle per unit spot, before the hedge: gamma minus theta, plus a delta leftover
tau = 30 / 252
gamma = 0.8 / (implied * math.sqrt(tau))
raw = 0.5 * gamma * (ret ** 2 - implied ** 2 / 252)
leak = np.concatenate([[0.0], np.cumsum(ret)[:-1]])
leak = np.tanh(gamma * (leak - np.concatenate([np.zeros(5), leak[:-5]])))
raw = raw + leak * ret

feats = np.stack([np.concatenate([[0.0], ret[:-1]]) * 50,
                  implied * 5 - 1,
                  np.concatenate([[0.0], np.abs(ret[:-1])]) * 50,
                  gamma / 10], axis=1)
X = torch.tensor(feats, dtype=torch.float32)
RET = torch.tensor(ret, dtype=torch.float32)
RAW = torch.tensor(raw, dtype=torch.float32)

champion = nn.ModuleDict({"rnn": nn.LSTM(4, HID), "out": nn.Linear(HID, 1)})
h, c = torch.zeros(1, 1, HID), torch.zeros(1, 1, HID)
position = 0.0
pnl = []
swaps = 0

for day in range(LOOKBACK, DAYS):
    # live decision for today
    with torch.no_grad():
        y, (h, c) = champion["rnn"](X[day].view(1, 1, 4), (h, c))
        target = torch.tanh(champion["out"](y)).item()
    pnl.append(raw[day] + target * ret[day] - COST * abs(target - position))
    position = target

    if (day - LOOKBACK) % REFIT == REFIT - 1:
        challenger = copy.deepcopy(champion)
        opt = torch.optim.Adam(challenger.parameters(), lr=2e-3)
        a, b = day - LOOKBACK, day - HOLDOUT
        for epoch in range(40):
            y = challenger["rnn"](X[a:b].unsqueeze(1))[0]
            pos = torch.tanh(challenger["out"](y)).view(-1)
            book = RAW[a:b] + pos * RET[a:b]
            book = book - COST * torch.cat([pos[:1].abs(), (pos[1:] - pos[:-1]).abs()])
            loss = book.var() * 1e4 - book.mean() * 10
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(challenger.parameters(), 1.0)
            opt.step()
        scores = []
        with torch.no_grad():
            for net in (champion, challenger):
                y = net["rnn"](X[b:day].unsqueeze(1))[0]
                pos = torch.tanh(net["out"](y)).view(-1)
                scores.append((RAW[b:day] + pos * RET[b:day]).std().item())
        if scores[1] < scores[0]:
            champion = copy.deepcopy(challenger)
            swaps += 1
        print(f"day {day}: old {scores[0] * 1e4:.1f} bp, new {scores[1] * 1e4:.1f} bp, swaps {swaps}")

pnl = np.array(pnl)
print("live std %.1f bp, unhedged %.1f bp" % (pnl.std() * 1e4, raw[LOOKBACK:].std() * 1e4))
torch.save(champion.state_dict(), "straddle.pt")
