import sys

import torch
import torch.multiprocessing as mp

from orbit import Catcher, Orbit


def episode(env, net):
    h = torch.zeros(1, 64)
    obs, done = env.reset(), False
    logps, values, rewards, ent = [], [], [], 0.0
    while not done:
        logits, v, h = net(torch.tensor([obs]), h)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        obs, r, done = env.step(int(a))
        logps.append(dist.log_prob(a))
        values.append(v.squeeze(1))
        rewards.append(r)
        ent = ent + dist.entropy()
    g, loss = 0.0, -0.01 * ent
    for lp, v, r in zip(reversed(logps), reversed(values), reversed(rewards)):
        g = r + 0.99 * g
        adv = g - v
        loss = loss - lp * adv.detach() + 0.5 * adv ** 2
    return loss.sum(), sum(rewards)


def catcher_process(rank, shared, lr, episodes, results):
    torch.set_num_threads(1)
    torch.manual_seed(rank)
    env = Orbit(rank)
    local = Catcher()
    opt = torch.optim.SGD(shared.parameters(), lr=lr)
    for _ in range(episodes):
        local.load_state_dict(shared.state_dict())
        local.zero_grad()
        loss, score = episode(env, local)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(local.parameters(), 5.0)
        for theirs, mine in zip(shared.parameters(), local.parameters()):
            theirs.grad = mine.grad.clone()
        opt.step()
        results.put((rank, score))
    results.put(None)


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    shared = Catcher()
    shared.share_memory()
    results = mp.Queue()
    processes = [mp.Process(target=catcher_process, args=(i, shared, 1e-3, 20000, results)) for i in range(n)]
    for p in processes:
        p.start()
    finished, mean, count = 0, 0.0, 0
    while finished < n:
        item = results.get()
        if item is None:
            finished += 1
            continue
        mean = 0.99 * mean + 0.01 * item[1]
        count += 1
        if count % 500 == 0:
            print(count, round(mean, 3))
    for p in processes:
        p.join()
    torch.save(shared.state_dict(), "catcher.pth")


if __name__ == "__main__":
    mp.set_start_method("spawn")
    main()
