import time

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from scheduling import LithoBay

WORKERS = 6
EPISODES = 8000
SEGMENT = 20
GAMMA, TAU = 0.99, 0.95
LR = 2e-4


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr):
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                state["step"] = torch.zeros(())
                state["exp_avg"] = torch.zeros_like(p)
                state["exp_avg_sq"] = torch.zeros_like(p)
                for v in state.values():
                    v.share_memory_()


class Scheduler(nn.Module):
    def __init__(self):
        super().__init__()
        self.inp = nn.Linear(2 * LithoBay.PRODUCTS, 64)
        self.gru = nn.GRUCell(64, 64)
        self.actor = nn.Linear(64, LithoBay.PRODUCTS)
        self.critic = nn.Linear(64, 1)

    def forward(self, x, hx):
        hx = self.gru(F.elu(self.inp(x)), hx)
        return self.actor(hx), self.critic(hx), hx


def segment_loss(values, logps, rewards, entropies, tail):
    values = values + [tail]
    ret, gae, loss = tail, torch.zeros(1, 1), 0.0
    for i in reversed(range(len(rewards))):
        ret = GAMMA * ret + rewards[i]
        delta = rewards[i] + GAMMA * values[i + 1].detach() - values[i].detach()
        gae = gae * GAMMA * TAU + delta
        loss = loss + 0.25 * (ret - values[i]).pow(2) - logps[i] * gae - 0.01 * entropies[i]
    return loss.sum()


def worker(rank, shared, optimizer, counter, lock):
    torch.manual_seed(rank)
    bay = LithoBay(rank)
    model = Scheduler()
    while counter.value < EPISODES:
        model.load_state_dict(shared.state_dict())
        hx = torch.zeros(1, 64)
        obs, done, total = bay.reset(), False, 0.0
        shared_grads = [torch.zeros_like(p) for p in model.parameters()]
        while not done:
            hx = hx.detach()
            values, logps, rewards, entropies = [], [], [], []
            for _ in range(SEGMENT):
                logit, value, hx = model(torch.tensor([obs]), hx)
                logp = F.log_softmax(logit, -1)
                action = logp.exp().multinomial(1)
                values.append(value)
                logps.append(logp.gather(1, action))
                entropies.append(-(logp * logp.exp()).sum(1, keepdim=True))
                obs, r, done = bay.step(action.item())
                rewards.append(r)
                total += r
                if done:
                    break
            tail = torch.zeros(1, 1)
            if not done:
                with torch.no_grad():
                    tail = model(torch.tensor([obs]), hx)[1]
            grads = torch.autograd.grad(segment_loss(values, logps, rewards, entropies, tail), list(model.parameters()))
            for acc, g in zip(shared_grads, grads):
                acc += g
        with lock:
            for p, g in zip(shared.parameters(), shared_grads):
                p.grad = g
            nn.utils.clip_grad_norm_(shared.parameters(), 20)
            optimizer.step()
            counter.value += 1
        if rank == 0:
            print(f"{counter.value:6d} episodes, last return {total:.2f}")


def test(shared, counter):
    bay, model, best = LithoBay(999), Scheduler(), float("-inf")
    while counter.value < EPISODES:
        model.load_state_dict(shared.state_dict())
        score = 0.0
        for _ in range(20):
            obs, done, hx = bay.reset(), False, torch.zeros(1, 64)
            while not done:
                with torch.no_grad():
                    logit, _, hx = model(torch.tensor([obs]), hx)
                obs, r, done = bay.step(logit.argmax().item())
                score += r / 20
        if score > best:
            best = score
            torch.save(model.state_dict(), "scheduler_best.pt")
        print(f"test {score:.2f} best {best:.2f}")
        time.sleep(30)


if __name__ == "__main__":
    mp.set_start_method("spawn")
    shared = Scheduler().share_memory()
    optimizer = SharedAdam(shared.parameters(), LR)
    counter, lock = mp.Value("i", 0), mp.Lock()
    procs = [mp.Process(target=test, args=(shared, counter))]
    procs += [mp.Process(target=worker, args=(r, shared, optimizer, counter, lock)) for r in range(WORKERS)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
