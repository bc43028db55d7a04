import os

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from corridor import Corridor

GAMMA, TAU, BETA = 0.98, 0.95, 0.01


class RampNet(nn.Module):
    def __init__(self, n_in, n_out, n_hidden=128):
        super(RampNet, self).__init__()
        self.n_hidden = n_hidden
        self.fc1 = nn.Linear(n_in, 128)
        self.lstm = nn.LSTMCell(128, n_hidden)
        self.critic = nn.Linear(n_hidden, 1)
        self.actor = nn.Linear(n_hidden, n_out)

    def forward(self, inputs):
        x, (hx, cx) = inputs
        x = F.elu(self.fc1(x))
        hx, cx = self.lstm(x, (hx, cx))
        return self.critic(hx), self.actor(hx), (hx, cx)


def ensure_shared_grads(model, shared_model):
    for p, sp in zip(model.parameters(), shared_model.parameters()):
        if sp.grad is not None:
            return
        sp._grad = p.grad


def train(rank, args, shared_model, counter, lock, optimizer):
    torch.manual_seed(args["seed"] + rank)
    env = Corridor(seed=args["seed"] + rank)
    model = RampNet(env.n_obs, env.n_rates)
    model.train()

    state = torch.from_numpy(env.reset())
    done = True

    while counter.value < args["max_steps"]:
        # sync with the shared model
        model.load_state_dict(shared_model.state_dict())
        if done:
            cx = torch.zeros(1, model.n_hidden)
            hx = torch.zeros(1, model.n_hidden)
        else:
            cx = cx.detach()
            hx = hx.detach()

        values, log_probs, rewards, entropies = [], [], [], []
        for _ in range(args["num_steps"]):
            value, logit, (hx, cx) = model((state.unsqueeze(0), (hx, cx)))
            prob = F.softmax(logit, dim=-1)
            log_prob = F.log_softmax(logit, dim=-1)
            entropies.append(-(log_prob * prob).sum(1, keepdim=True))
            action = prob.multinomial(num_samples=1).detach()
            log_probs.append(log_prob.gather(1, action))
            values.append(value)

            state, reward, done = env.step(int(action))
            rewards.append(max(min(reward, 1), -1))
            with lock:
                counter.value += 1
            if done:
                state = env.reset()
            state = torch.from_numpy(state)
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            value, _, _ = model((state.unsqueeze(0), (hx, cx)))
            R = value.detach()
        values.append(R)

        policy_loss = value_loss = 0
        gae = torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = GAMMA * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + GAMMA * values[i + 1].detach() - values[i].detach()
            gae = gae * GAMMA * TAU + delta
            policy_loss = policy_loss - log_probs[i] * gae - BETA * entropies[i]

        model.zero_grad()
        optimizer.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 40)
        ensure_shared_grads(model, shared_model)
        optimizer.step()


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    args = dict(seed=3, num_steps=20, max_steps=5_000_000, workers=8)
    probe = Corridor()
    shared_model = RampNet(probe.n_obs, probe.n_rates)
    shared_model.share_memory()
    optimizer = torch.optim.SGD(shared_model.parameters(), lr=1e-3)
    counter, lock = mp.Value("i", 0), mp.Lock()
    procs = []
    for rank in range(args["workers"]):
        p = mp.Process(target=train, args=(rank, args, shared_model, counter, lock, optimizer))
        p.start()
        procs.append(p)
    for p in procs:
        p.join()
    torch.save(shared_model.state_dict(), "ramp_a3c.pt")
