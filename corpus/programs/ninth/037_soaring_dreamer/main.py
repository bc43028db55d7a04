import argparse
import random

import torch
import torch.multiprocessing as mp

from glider import Glider
from nets import RSSM, Pilot


def fly(seed, weights, flights, args):
    torch.manual_seed(seed)
    random.seed(seed)
    torch.set_num_threads(1)
    env, wm, pilot = Glider(), RSSM(), Pilot()
    obs = env.reset()
    state, last = wm.initial(1), torch.zeros(1, wm.act)
    rows, step = [(obs, last[0], 0.0)], 0
    while True:
        if step % args.refresh == 0:
            msg = None
            while not weights.empty():
                msg = weights.get()
            if msg is not None:
                wm.load_state_dict(msg["wm"])
                pilot.load_state_dict(msg["pilot"])
                state, last = wm.initial(1), torch.zeros(1, wm.act)
        with torch.no_grad():
            state, _, _ = wm.observe(state, last, obs.unsqueeze(0))
            last = pilot(state).sample()
        obs, rew, done = env.step(int(last.argmax()))
        rows.append((obs, last[0], rew))
        step += 1
        if done:
            o, a, r = zip(*rows)
            flights.put([torch.stack(o), torch.stack(a), torch.tensor(r)])
            obs = env.reset()
            state, last = wm.initial(1), torch.zeros(1, wm.act)
            rows = [(obs, last[0], 0.0)]


def sample(buffer, batch, length):
    parts = []
    for _ in range(batch):
        o, a, r = random.choice(buffer)
        i = random.randint(0, len(o) - length)
        parts.append((o[i : i + length], a[i : i + length], r[i : i + length]))
    return [torch.stack(p, 1) for p in zip(*parts)]


def dream_loss(wm, pilot, state, horizon, gamma):
    logps, values, rewards = [], [], []
    for _ in range(horizon):
        dist = pilot(state)
        a = dist.sample()
        logps.append(dist.log_prob(a))
        values.append(pilot.value(state))
        with torch.no_grad():
            state, _ = wm.imagine(state, a)
            rewards.append(wm.rew(torch.cat(state, -1))[:, 0])
    ret, loss = pilot.value(state).detach(), 0.0
    for lp, v, r in zip(logps[::-1], values[::-1], rewards[::-1]):
        ret = r + gamma * ret
        loss = loss + (0.5 * (ret - v) ** 2 - lp * (ret - v).detach()).mean()
    return loss / horizon


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--actors", type=int, default=3)
    p.add_argument("--refresh", type=int, default=50)
    p.add_argument("--flights", type=int, default=3000)
    p.add_argument("--length", type=int, default=20)
    args = p.parse_args()
    wm, pilot = RSSM(), Pilot()
    wm_opt = torch.optim.Adam(wm.parameters(), lr=6e-4)
    pilot_opt = torch.optim.Adam(pilot.parameters(), lr=1e-4)
    flights = mp.Queue()
    mail = [mp.Queue() for _ in range(args.actors)]
    for i in range(args.actors):
        mp.Process(target=fly, args=(i, mail[i], flights, args), daemon=True).start()
    buffer = []
    for n in range(args.flights):
        flight = flights.get()
        if len(flight[0]) >= args.length:
            buffer = buffer[-500:] + [flight]
        if len(buffer) < 5:
            continue
        for _ in range(10):
            loss, states = wm.loss(*sample(buffer, 32, args.length))
            wm_opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(wm.parameters(), 100.0)
            wm_opt.step()
            dream = dream_loss(wm, pilot, states, 12, 0.97)
            pilot_opt.zero_grad()
            dream.backward()
            pilot_opt.step()
        copy = {"wm": {k: v.clone() for k, v in wm.state_dict().items()},
                "pilot": {k: v.clone() for k, v in pilot.state_dict().items()}}
        for q in mail:
            q.put(copy)
        if n % 20 == 0:
            print(n, f"model {loss.item():.3f} dream {dream.item():.3f} climb {flight[2].sum().item():.2f}")
    torch.save({"wm": wm.state_dict(), "pilot": pilot.state_dict()}, "glider.pt")


if __name__ == "__main__":
    mp.set_start_method("spawn")
    main()
