import os
import time

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from kart import Kart
from model import ActorCritic, SharedAdam

GAMMA, TAU, ENT = 0.99, 0.95, 0.01
NUM_STEPS = 20
WORKERS = 8
MAX_UPDATES = 200_000


def ensure_shared_grads(model, shared_model):
    for p, sp in zip(model.parameters(), shared_model.parameters()):
        if sp.grad is not None:
            return
        sp._grad = p.grad


def worker(rank, shared_model, optimizer, counter, lock, scores):
    torch.manual_seed(rank)
    env = Kart(seed=rank)
    model = ActorCritic()
    state = torch.tensor([env.reset()])
    done, total = True, 0.0

    while counter.value < MAX_UPDATES:
        model.load_state_dict(shared_model.state_dict())
        if done:
            hx, cx = torch.zeros(1, model.hidden), torch.zeros(1, model.hidden)
        else:
            hx, cx = hx.detach(), cx.detach()

        values, log_probs, rewards, entropies = [], [], [], []
        for _ in range(NUM_STEPS):
            value, logit, (hx, cx) = model((state, (hx, cx)))
            prob, log_prob = F.softmax(logit, 1), F.log_softmax(logit, 1)
            entropies.append(-(log_prob * prob).sum(1))
            action = prob.multinomial(1).detach()
            obs, reward, done = env.step(int(action))
            total += reward
            values.append(value)
            log_probs.append(log_prob.gather(1, action))
            rewards.append(reward)
            if done:
                scores.put((rank, total))
                total = 0.0
                obs = env.reset()
            state = torch.tensor([obs])
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            with torch.no_grad():
                R = model((state, (hx, cx)))[0]
        values.append(R)
        policy_loss, value_loss, gae = 0, 0, torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = GAMMA * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + GAMMA * values[i + 1].detach() - values[i].detach()
            gae = gae * GAMMA * TAU + delta
            policy_loss = policy_loss - log_probs[i] * gae - ENT * entropies[i]

        model.zero_grad(set_to_none=False)
        (policy_loss + 0.5 * value_loss).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 40)
        with lock:
            ensure_shared_grads(model, shared_model)
            optimizer.step()
            counter.value += 1


def main():
    os.environ["OMP_NUM_THREADS"] = "1"
    mp.set_start_method("fork")
    shared_model = ActorCritic()
    shared_model.share_memory()
    optimizer = SharedAdam(shared_model.parameters())
    counter, lock, scores = mp.Value("i", 0), mp.Lock(), mp.Queue()
    procs = [mp.Process(target=worker, args=(r, shared_model, optimizer, counter, lock, scores))
             for r in range(WORKERS)]
    for p in procs:
        p.start()
    recent, start = [], time.time()
    while counter.value < MAX_UPDATES:
        recent.append(scores.get()[1])
        if len(recent) % 200 == 0:
            print(f"{time.time() - start:7.0f}s updates {counter.value} score {sum(recent[-200:]) / 200:.2f}")
            torch.save(shared_model.state_dict(), "kart_a3c.pt")
    for p in procs:
        p.terminate()


if __name__ == "__main__":
    main()
