import os
os.environ["OMP_NUM_THREADS"] = "1"

import time

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

from jam_env import JamEnv
from shared_adam import SharedAdam

NUM_WORKERS = 8
T_MAX = 20
GAMMA = 0.95
TAU = 1.0
BETA = 0.02
MAX_STEPS = int(4e6)


class RadioAC(nn.Module):
    def __init__(self, bins, actions):
        super().__init__()
        self.conv1 = nn.Conv1d(1, 16, 5, padding=2)
        self.conv2 = nn.Conv1d(16, 16, 5, stride=2, padding=2)
        self.lstm = nn.LSTMCell(16 * (bins // 2), 128)
        self.actor = nn.Linear(128, actions)
        self.critic = nn.Linear(128, 1)

    def forward(self, inputs):
        x, (hx, cx) = inputs
        x = F.elu(self.conv1(x))
        x = F.elu(self.conv2(x))
        hx, cx = self.lstm(x.flatten(1), (hx, cx))
        return self.critic(hx), self.actor(hx), (hx, cx)


def share_grads(model, shared):
    for p, sp in zip(model.parameters(), shared.parameters()):
        sp._grad = p.grad


def train(rank, shared_model, optimizer, counter, lock):
    torch.manual_seed(1 + rank)
    env = JamEnv(seed=1 + rank)
    model = RadioAC(env.bins, env.n_actions)
    model.train()
    spectrum = torch.from_numpy(env.reset())
    done = True

    while counter.value < MAX_STEPS:
        model.load_state_dict(shared_model.state_dict())
        if done:
            cx = torch.zeros(1, 128)
            hx = torch.zeros(1, 128)
        else:
            cx = cx.detach()
            hx = hx.detach()

        values, log_probs, rewards, entropies = [], [], [], []
        for _ in range(T_MAX):
            value, logit, (hx, cx) = model((spectrum.view(1, 1, -1), (hx, cx)))
            dist = Categorical(logits=logit)
            action = dist.sample()
            spectrum, reward, done = env.step(action.item())
            values.append(value)
            log_probs.append(dist.log_prob(action))
            entropies.append(dist.entropy())
            rewards.append(max(min(reward, 1), -1))
            with lock:
                counter.value += 1
            if done:
                spectrum = env.reset()
            spectrum = torch.from_numpy(spectrum)
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            R = model((spectrum.view(1, 1, -1), (hx, cx)))[0].detach()
        values.append(R)
        policy_loss, value_loss, gae = 0, 0, torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = GAMMA * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + GAMMA * values[i + 1].detach() - values[i].detach()
            gae = gae * GAMMA * TAU + delta
            policy_loss = policy_loss - log_probs[i] * gae - BETA * entropies[i]
        model.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 40)
        share_grads(model, shared_model)
        optimizer.step()


def test(shared_model, counter):
    env = JamEnv(seed=1000)
    model = RadioAC(env.bins, env.n_actions)
    model.eval()
    while counter.value < MAX_STEPS:
        model.load_state_dict(shared_model.state_dict())
        hx, cx = torch.zeros(1, 128), torch.zeros(1, 128)
        s, done, total, n = env.reset(), False, 0.0, 0
        with torch.no_grad():
            while not done:
                x = torch.from_numpy(s).view(1, 1, -1)
                _, logit, (hx, cx) = model((x, (hx, cx)))
                s, r, done = env.step(logit.argmax(1).item())
                total += r
                n += 1
        print(f"{counter.value:9d} steps  return {total:8.2f}  length {n}", flush=True)
        torch.save(shared_model.state_dict(), "a3c_radio.pt")
        time.sleep(30)


if __name__ == "__main__":
    mp.set_start_method("spawn")
    probe = JamEnv(seed=0)
    shared = RadioAC(probe.bins, probe.n_actions)
    shared.share_memory()
    opt = SharedAdam(shared.parameters(), lr=1e-4)
    opt.share_memory()
    steps, lock = mp.Value("i", 0), mp.Lock()
    ps = [mp.Process(target=test, args=(shared, steps))]
    ps += [mp.Process(target=train, args=(r, shared, opt, steps, lock)) for r in range(NUM_WORKERS)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
