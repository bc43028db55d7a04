import torch
import torch.nn as nn
import torch.nn.functional as F

from synth_tasks import BassTaskBatch

BATCH = 128
PRESETS = 12
ROUNDS = 60
HIDDEN = 192
GAMMA = 0.9
SESSIONS = 30000
CHECK = 250
PATIENCE = 6


class RL2(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTMCell(PRESETS + 1, HIDDEN)
        self.actor = nn.Linear(HIDDEN, PRESETS)
        self.critic = nn.Linear(HIDDEN, 1)

    def forward(self, x, state):
        h, c = self.lstm(x, state)
        return self.actor(h), self.critic(h).squeeze(-1), (h, c)


net = RL2()
opt = torch.optim.Adam(net.parameters(), lr=5e-4)
tasks = BassTaskBatch(BATCH, PRESETS)
test_tasks = BassTaskBatch(512, PRESETS)


def session(tasks, greedy=False):
    n = tasks.batch
    tasks.new_session()
    state = (torch.zeros(n, HIDDEN), torch.zeros(n, HIDDEN))
    x = torch.zeros(n, PRESETS + 1)
    logps, values, ents, rewards = [], [], [], []
    for _ in range(ROUNDS):
        logits, value, state = net(x, state)
        dist = torch.distributions.Categorical(logits=logits)
        choice = logits.argmax(-1) if greedy else dist.sample()
        r = tasks.play(choice)
        x = torch.cat([F.one_hot(choice, PRESETS).float(), r[:, None]], dim=1)
        logps.append(dist.log_prob(choice))
        values.append(value)
        ents.append(dist.entropy())
        rewards.append(r)
    return torch.stack(logps), torch.stack(values), torch.stack(ents), torch.stack(rewards)


best = -1.0
worse = 0
for i in range(SESSIONS):
    logps, values, ents, rewards = session(tasks)
    ret = torch.zeros_like(rewards)
    g = torch.zeros(BATCH)
    for t in reversed(range(ROUNDS)):
        g = rewards[t] + GAMMA * g
        ret[t] = g
    adv = ret - values
    beta = 0.05 * (1 - i / SESSIONS)
    loss = -(logps * adv.detach()).mean() + 0.25 * adv.pow(2).mean() - beta * ents.mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()

    if i % CHECK == 0:
        with torch.no_grad():
            _, _, _, test = session(test_tasks, greedy=True)
        late = test[-20:].mean().item()
        regret = (test_tasks.taste.max(1).values.mean() - late).item()
        print(f"{i:6d} loss {loss.item():.3f} late reward {late:.3f} regret {regret:.3f}")
        if late > best:
            best, worse = late, 0
            torch.save({"net": net.state_dict(), "opt": opt.state_dict()}, "rl2_bass.pt")
        else:
            worse += 1
        if worse == PATIENCE:
            ckpt = torch.load("rl2_bass.pt")
            net.load_state_dict(ckpt["net"])
            opt.load_state_dict(ckpt["opt"])
            for group in opt.param_groups:
                group["lr"] *= 0.7
            worse = 0

net.load_state_dict(torch.load("rl2_bass.pt")["net"])
with torch.no_grad():
    final = session(test_tasks, greedy=True)[3]
print("hit rate per round:", [round(v, 2) for v in final.mean(1).tolist()])
