from __future__ import print_function

import os
import time

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from maze import Maze
from model import ActorCritic, blank, ensure_shared_grads

NUM_PROCESSES = 8
NUM_STEPS = 20
GAMMA = 0.99
TAU = 1.0
ENTROPY = 0.01
LR = 1e-4
MAX_STEPS = int(2e7)


def train(rank, shared_model, counter, lock):
    torch.manual_seed(1 + rank)
    env = Maze(1 + rank)
    model = ActorCritic()
    optimizer = torch.optim.SGD(shared_model.parameters(), lr=LR)
    model.train()

    state = torch.from_numpy(env.reset())
    done = True
    while counter.value < MAX_STEPS:
        model.load_state_dict(shared_model.state_dict())
        if done:
            hx, cx = blank()
        else:
            hx, cx = hx.detach(), cx.detach()

        values, log_probs, rewards, entropies = [], [], [], []
        for _ in range(NUM_STEPS):
            value, logit, (hx, cx) = model((state.unsqueeze(0), (hx, cx)))
            prob = F.softmax(logit, dim=-1)
            log_prob = F.log_softmax(logit, dim=-1)
            entropies.append(-(log_prob * prob).sum(1, keepdim=True))
            action = prob.multinomial(num_samples=1).detach()
            log_probs.append(log_prob.gather(1, action))
            obs, reward, done = env.step(action.item())
            values.append(value)
            rewards.append(reward)
            with lock:
                counter.value += 1
            if done:
                obs = env.reset()
            state = torch.from_numpy(obs)
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            R = model((state.unsqueeze(0), (hx, cx)))[0].detach()
        values.append(R)
        policy_loss, value_loss, gae = 0, 0, torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = GAMMA * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + GAMMA * values[i + 1] - values[i]
            gae = gae * GAMMA * TAU + delta.detach()
            policy_loss = policy_loss - log_probs[i] * gae - ENTROPY * entropies[i]
        optimizer.zero_grad()
        model.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 50)
        ensure_shared_grads(model, shared_model)
        optimizer.step()


def test(shared_model, counter):
    env = Maze(999)
    model = ActorCritic()
    model.eval()
    start = time.time()
    while counter.value < MAX_STEPS:
        model.load_state_dict(shared_model.state_dict())
        hx, cx = blank()
        state, done, total = env.reset(), False, 0.0
        while not done:
            with torch.no_grad():
                _, logit, (hx, cx) = model((torch.from_numpy(state).unsqueeze(0), (hx, cx)))
            state, reward, done = env.step(logit.argmax(1).item())
            total += reward
        print("%6.0fs steps %d reward %.2f length %d" % (time.time() - start, counter.value, total, env.length))
        time.sleep(30)


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    shared = ActorCritic()
    shared.share_memory()
    counter, lock = mp.Value("q", 0), mp.Lock()
    procs = [mp.Process(target=test, args=(shared, counter))]
    procs += [mp.Process(target=train, args=(r, shared, counter, lock)) for r in range(NUM_PROCESSES)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
