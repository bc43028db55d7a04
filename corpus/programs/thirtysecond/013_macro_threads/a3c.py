import threading
import time

import torch
import torch.nn.functional as F

from floorplan import Floorplan
from placer import Placer

T_MAX = 6
GAMMA = 1.0
BETA = 0.01
LOCK = threading.Lock()
COUNT = {"steps": 0}


def work(rank, shared, optimizer, limit):
    plan = Floorplan(seed=rank)
    model = Placer(plan.dim, plan.side**2)
    state = plan.reset()
    done = True
    hx = cx = torch.zeros(1, model.width)

    while COUNT["steps"] < limit:
        with LOCK:
            model.load_state_dict(shared.state_dict())
        if done:
            hx = torch.zeros(1, model.width)
            cx = torch.zeros(1, model.width)
        else:
            hx, cx = hx.detach(), cx.detach()

        values, log_probs, rewards, entropies = [], [], [], []
        for _ in range(T_MAX):
            logits, value, hx, cx = model(
                torch.from_numpy(state)[None], hx, cx, torch.from_numpy(plan.taken.copy())[None]
            )
            prob, logp = F.softmax(logits, -1), F.log_softmax(logits, -1)
            entropies.append(-(logp * prob).sum(1))
            cell = prob.multinomial(1).detach()
            state, reward, done = plan.place(cell.item())
            values.append(value)
            log_probs.append(logp.gather(1, cell))
            rewards.append(reward)
            if done:
                state = plan.reset()
                break

        R = torch.zeros(1, 1)
        if not done:
            with torch.no_grad():
                R = model(torch.from_numpy(state)[None], hx, cx, torch.from_numpy(plan.taken.copy())[None])[1]
        loss = torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = GAMMA * R + rewards[i]
            adv = R - values[i]
            loss = loss + 0.5 * adv.pow(2) - log_probs[i] * adv.detach() - BETA * entropies[i]

        model.zero_grad()
        loss.sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 20)
        with LOCK:
            for mine, theirs in zip(model.parameters(), shared.parameters()):
                theirs.grad = mine.grad.clone()
            optimizer.step()
            COUNT["steps"] += len(rewards)


def judge(shared, limit, plans=20):
    plan = Floorplan(seed=4242)
    while COUNT["steps"] < limit:
        time.sleep(20)
        with LOCK:
            snapshot = Placer(plan.dim, plan.side**2)
            snapshot.load_state_dict(shared.state_dict())
        total = 0.0
        for _ in range(plans):
            x, over = plan.reset(), False
            hx = cx = torch.zeros(1, snapshot.width)
            with torch.no_grad():
                while not over:
                    logits, _, hx, cx = snapshot(torch.from_numpy(x)[None], hx, cx, torch.from_numpy(plan.taken.copy())[None])
                    x, r, over = plan.place(logits.argmax().item())
            total += r
        print(COUNT["steps"], "wire", round(-total / plans, 4), flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    p = Floorplan()
    net = Placer(p.dim, p.side**2)
    opt = torch.optim.RMSprop(net.parameters(), lr=1e-4)
    total_steps = 3_000_000
    threads = [threading.Thread(target=work, args=(i, net, opt, total_steps)) for i in range(8)]
    threads.append(threading.Thread(target=judge, args=(net, total_steps)))
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    torch.save(net.state_dict(), "placer.pt")
