import random
import sys

import torch
import torch.multiprocessing as mp

from battle import StalkerFight
from brain import Brain

SEGMENT = 25
SYNC_SEGMENTS = 8


def fighter(idx, out, shared, version):
    torch.set_num_threads(1)
    rnd = random.Random(idx)
    brain = Brain(StalkerFight.n_obs, StalkerFight.n_actions)
    env = StalkerFight(idx)
    mine, sent = -1, 0
    eps = 0.02 + 0.5 * idx / 10
    obs, prev, h = env.reset(), 0, brain.blank()
    segment = []
    while True:
        with torch.no_grad():
            q, h = brain(torch.tensor([obs]), torch.tensor([prev]), h)
        a = rnd.randrange(StalkerFight.n_actions) if rnd.random() < eps else int(q.argmax())
        nxt, r, over = env.act(a)
        segment.append((obs, prev, a, r, over))
        obs, prev = nxt, a
        if over:
            obs, prev, h = env.reset(), 0, brain.blank()
        if over or len(segment) == SEGMENT:
            out.put(segment)
            segment = []
            sent += 1
            if sent % SYNC_SEGMENTS == 0 and version.value != mine:
                mine = version.value
                brain.load_state_dict(shared["weights"])
                h = brain.blank()


def replay_loss(brain, target, batch, gamma=0.98):
    terms = []
    for seg in batch:
        obs = torch.tensor([s[0] for s in seg])
        prev = torch.tensor([s[1] for s in seg])
        h, ht = brain.blank(), target.blank()
        qs, ts = [], []
        for t in range(len(seg)):
            q, h = brain(obs[t:t + 1], prev[t:t + 1], h)
            with torch.no_grad():
                tq, ht = target(obs[t:t + 1], prev[t:t + 1], ht)
            qs.append(q[0])
            ts.append(tq[0])
        for t, (_, _, a, r, over) in enumerate(seg):
            if over:
                goal = torch.tensor(r)
            elif t + 1 < len(seg):
                goal = r + gamma * ts[t + 1][qs[t + 1].argmax()]
            else:
                continue
            terms.append(nn_huber(qs[t][a], goal.float()))
    return torch.stack(terms).mean()


def nn_huber(x, y):
    return torch.nn.functional.smooth_l1_loss(x, y)


def main(n_fighters=5, updates=30000):
    mp.set_start_method("spawn", force=True)
    manager = mp.Manager()
    shared, version = manager.dict(), mp.Value("i", 0)
    brain = Brain(StalkerFight.n_obs, StalkerFight.n_actions)
    target = Brain(StalkerFight.n_obs, StalkerFight.n_actions)
    target.load_state_dict(brain.state_dict())
    shared["weights"] = {k: v.clone() for k, v in brain.state_dict().items()}
    out = mp.Queue(64)
    crew = [mp.Process(target=fighter, args=(i, out, shared, version), daemon=True) for i in range(n_fighters)]
    [c.start() for c in crew]
    opt = torch.optim.Adam(brain.parameters(), 3e-4)
    memory = []
    for u in range(1, updates + 1):
        memory += [out.get() for _ in range(2)]
        memory = memory[-5000:]
        if len(memory) < 100:
            continue
        loss = replay_loss(brain, target, random.sample(memory, 12))
        opt.zero_grad()
        loss.backward()
        opt.step()
        if u % 300 == 0:
            target.load_state_dict(brain.state_dict())
        if u % 50 == 0:
            shared["weights"] = {k: v.clone() for k, v in brain.state_dict().items()}
            version.value = u
        if u % 500 == 0:
            wins = sum(s[-1][3] > 2 for s in memory[-400:] if s[-1][4])
            print(u, round(float(loss), 4), "wins in last 400 segments:", wins)
    torch.save(brain.state_dict(), "stalkers.pt")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
