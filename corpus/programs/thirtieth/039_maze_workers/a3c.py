import sys
import time

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from maze import TMaze
from net import MazeNet

N_WORKERS = 6
T_MAX = 12
TOTAL = 2000000
GAMMA, LAM = 0.98, 0.95


def worker(rank, shared, steps):
    torch.manual_seed(rank)
    torch.set_num_threads(1)
    env = TMaze(seed=rank)
    net = MazeNet()
    opt = torch.optim.RMSprop(shared.parameters(), lr=7e-4, alpha=0.99)
    view, core = env.reset(), net.begin()

    while steps.value < TOTAL:
        net.load_state_dict(shared.state_dict())
        core = tuple(t.detach() for t in core)
        values, logps, ents, rewards, dones = [], [], [], [], []
        for _ in range(T_MAX):
            logits, value, core = net(view, core)
            p = F.softmax(logits, -1)
            logp = F.log_softmax(logits, -1)
            a = p.multinomial(1).item()
            view, r, done = env.step(a)
            values.append(value)
            logps.append(logp[0, a])
            ents.append(-(p * logp).sum())
            rewards.append(r)
            dones.append(done)
            if done:
                view, core = env.reset(), net.begin()
        with steps.get_lock():
            steps.value += T_MAX

        with torch.no_grad():
            after = 0.0 if dones[-1] else net(view, core)[1].item()
        gae, loss = 0.0, 0.0
        for i in reversed(range(T_MAX)):
            live = 0.0 if dones[i] else 1.0
            delta = rewards[i] + GAMMA * after * live - values[i].item()
            gae = delta + GAMMA * LAM * live * gae
            loss = loss + 0.5 * (gae + values[i].item() - values[i]) ** 2 - logps[i] * gae - 0.01 * ents[i]
            after = values[i].item()

        net.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        for mine, theirs in zip(net.parameters(), shared.parameters()):
            theirs.grad = mine.grad.clone()
        opt.step()


def examine(shared, steps):
    env, began = TMaze(seed=999), time.time()
    while steps.value < TOTAL:
        time.sleep(10)
        good = 0
        for _ in range(100):
            view, core, done = env.reset(), shared.begin(), False
            while not done:
                with torch.no_grad():
                    logits, _, core = shared(view, core)
                view, r, done = env.step(logits.argmax().item())
            good += r > 0.5
        print("%5ds %8d steps: %d%% find the cheese" % (time.time() - began, steps.value, good))
        sys.stdout.flush()


if __name__ == "__main__":
    mp.set_start_method("spawn")
    shared = MazeNet().share_memory()
    steps = mp.Value("l", 0)
    crew = [mp.Process(target=worker, args=(k, shared, steps)) for k in range(N_WORKERS)]
    crew.append(mp.Process(target=examine, args=(shared, steps)))
    for c in crew:
        c.start()
    for c in crew:
        c.join()
    torch.save(shared.state_dict(), "maze.pt")
