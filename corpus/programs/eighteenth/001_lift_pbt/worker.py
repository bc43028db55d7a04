import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from building import Building


class DispatchNet(nn.Module):
    def __init__(self, n_obs, n_act=3, width=64):
        super().__init__()
        self.enc = nn.Linear(n_obs, width)
        self.lstm = nn.LSTMCell(width, width)
        self.pi = nn.Linear(width, n_act)
        self.v = nn.Linear(width, 1)
        self.width = width

    def zero_state(self):
        return torch.zeros(1, self.width), torch.zeros(1, self.width)

    def forward(self, obs, state):
        hx, cx = self.lstm(F.relu(self.enc(obs)), state)
        return self.pi(hx), self.v(hx).squeeze(-1), (hx, cx)


def dump(net):
    return {k: v.detach().numpy().copy() for k, v in net.state_dict().items()}


def run_worker(rank, conn, hp, steps):
    torch.manual_seed(rank)
    torch.set_num_threads(1)
    env = Building(seed=rank)
    obs = env.reset()
    net = DispatchNet(len(obs))
    opt = torch.optim.Adam(net.parameters(), lr=hp["lr"])
    state = net.zero_state()

    while True:
        state = tuple(s.detach() for s in state)
        logps, ents, values, rewards, masks = [], [], [], [], []
        for _ in range(steps):
            logits, value, state = net(torch.from_numpy(obs).unsqueeze(0), state)
            dist = torch.distributions.Categorical(logits=logits)
            a = dist.sample()
            obs, r, done = env.step(int(a))
            logps.append(dist.log_prob(a))
            ents.append(dist.entropy())
            values.append(value)
            rewards.append(r)
            masks.append(0.0 if done else 1.0)
            if done:
                obs = env.reset()
                state = net.zero_state()

        with torch.no_grad():
            ret = net(torch.from_numpy(obs).unsqueeze(0), state)[1]
        loss = 0
        for t in reversed(range(steps)):
            ret = rewards[t] + hp["gamma"] * masks[t] * ret
            adv = ret - values[t]
            loss = loss - logps[t] * adv.detach() + 0.5 * adv.pow(2) - hp["ent"] * ents[t]
        opt.zero_grad()
        (loss.sum() / steps).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()

        conn.send(("score", float(np.mean(rewards))))
        cmd, payload = conn.recv()
        if cmd == "give":
            conn.send(("weights", dump(net)))
            cmd, payload = conn.recv()
        if cmd == "take":
            weights, hp = payload
            net.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()})
            opt = torch.optim.Adam(net.parameters(), lr=hp["lr"])
        elif cmd == "stop":
            conn.close()
            return
