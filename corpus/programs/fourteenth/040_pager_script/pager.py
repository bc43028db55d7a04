import csv
import os
import sys
from collections import deque

import torch
from torch import nn
from torch.distributions import Categorical

# REINFORCE for anomaly response on recorded incidents, keeps the best weights of the last evaluations
# usage: pager.py incidents/ out.pt

folder, out = sys.argv[1], sys.argv[2]
N_SIGNALS, N_MOVES, H = 10, 4, 72
EVAL_EVERY, GIVE_UP = 200, 6

incidents = []
for name in sorted(os.listdir(folder)):
    if name.endswith(".csv"):
        with open(os.path.join(folder, name)) as f:
            rows = [[float(v) for v in r] for r in csv.reader(f)]
        # last column: index of the right measure at that minute (0 = nothing to do)
        signals = torch.tensor([r[:N_SIGNALS] for r in rows])
        truth = [int(r[N_SIGNALS]) for r in rows]
        incidents.append((signals, truth))
split = int(0.8 * len(incidents))
train, held = incidents[:split], incidents[split:]
print(len(train), "train", len(held), "held out")

rnn = nn.GRUCell(N_SIGNALS + N_MOVES, H)
head = nn.Linear(H, N_MOVES)
net = nn.ModuleDict({"rnn": rnn, "head": head})
opt = torch.optim.Adam(net.parameters(), lr=1e-3)


def judge(move, truth, minute):
    if move == truth:
        return 1.0 if truth else 0.05
    if move == 0:
        return -0.02 * minute
    return -0.5


best_score, best_weights, worse = -1e9, None, 0
baseline = deque(maxlen=300)
order = torch.randperm(len(train)).tolist()
for episode in range(60_000):
    signals, truth = train[order[episode % len(order)]]
    h = torch.zeros(1, H)
    prev = torch.zeros(1, N_MOVES)
    logps, rewards = [], []
    for minute in range(len(truth)):
        h = rnn(torch.cat([signals[minute:minute + 1], prev], 1), h)
        dist = Categorical(logits=head(h))
        move = dist.sample()
        logps.append(dist.log_prob(move))
        r = judge(move.item(), truth[minute], minute)
        rewards.append(r)
        prev = nn.functional.one_hot(move, N_MOVES).float()
        if truth[minute] and move.item() == truth[minute]:
            break
    g, returns = 0.0, []
    for r in reversed(rewards):
        g = r + 0.98 * g
        returns.append(g)
    returns.reverse()
    baseline.append(returns[0])
    adv = torch.tensor(returns) - sum(baseline) / len(baseline)
    loss = -(torch.cat(logps) * adv).mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()

    if episode % EVAL_EVERY:
        continue
    score = 0.0
    with torch.no_grad():
        for signals, truth in held:
            h = torch.zeros(1, H)
            prev = torch.zeros(1, N_MOVES)
            for minute in range(len(truth)):
                h = rnn(torch.cat([signals[minute:minute + 1], prev], 1), h)
                move = head(h).argmax(1)
                score += judge(move.item(), truth[minute], minute) / len(held)
                prev = nn.functional.one_hot(move, N_MOVES).float()
                if truth[minute] and move.item() == truth[minute]:
                    break
    print(f"{episode:6d} held-out {score:8.3f} best {best_score:8.3f}")
    if score > best_score:
        best_score, worse = score, 0
        best_weights = {k: v.clone() for k, v in net.state_dict().items()}
        torch.save(best_weights, out)
    else:
        worse += 1
        if worse >= GIVE_UP:
            print("back to the best weights, smaller steps")
            net.load_state_dict(best_weights)
            opt = torch.optim.Adam(net.parameters(), lr=opt.param_groups[0]["lr"] / 2)
            worse = 0
