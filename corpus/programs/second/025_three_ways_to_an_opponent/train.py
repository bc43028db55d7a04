import argparse
import collections
import copy
import json
import logging
import random
import signal
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch.distributions import Categorical

from duel.arena import TorusDuel
from duel.elo import EloTable
from duel.logs import CsvLog
from duel.net import DuelGRU


def parse_args():
    p = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument("--name", default=time.strftime("%m%d-%H%M"))
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--envs", type=int, default=24)
    p.add_argument("--horizon", type=int, default=64)
    p.add_argument("--updates", type=int, default=40_000)
    p.add_argument("--epochs", type=int, default=3)
    p.add_argument("--minibatches", type=int, default=4)
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--lam", type=float, default=0.95)
    p.add_argument("--clip", type=float, default=0.2)
    p.add_argument("--ent", type=float, default=0.01)
    p.add_argument("--target-kl", type=float, default=0.03)
    p.add_argument("--opponent-every", type=int, default=15)
    p.add_argument("--pool-every", type=int, default=60)
    p.add_argument("--pool-size", type=int, default=32)
    p.add_argument("--p-mirror", type=float, default=0.2)
    p.add_argument("--p-file", type=float, default=0.2)
    p.add_argument("--files", nargs="*", default=[])
    p.add_argument("--eval-every", type=int, default=200)
    p.add_argument("--eval-games", type=int, default=40)
    p.add_argument("--resume", default=None)
    return p.parse_args()


def evaluate(net, other, games, seed):
    arena = TorusDuel(seed=seed)
    score = 0.0
    for _ in range(games):
        a, b = arena.reset()
        sa, sb = net.zero_state(1), other.zero_state(1)
        done, reward = False, 0.0
        while not done:
            with torch.no_grad():
                la, _, sa = net(torch.as_tensor(a)[None], sa)
                lb, _, sb = other(torch.as_tensor(b)[None], sb)
            (a, b), reward, done, _ = arena.step(int(la.argmax(-1)), int(Categorical(logits=lb).sample()))
        score += 0.5 + 0.5 * reward
    return score / games


def main():
    args = parse_args()
    out = Path("runs") / args.name
    out.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", handlers=[logging.StreamHandler(), logging.FileHandler(out / "train.log")])
    (out / "args.json").write_text(json.dumps(vars(args), indent=1))
    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    stop_requested = []
    signal.signal(signal.SIGINT, lambda *_: stop_requested.append(True) if not stop_requested else sys.exit(1))

    net = DuelGRU(TorusDuel.OBS, TorusDuel.ACTIONS)
    opponent = DuelGRU(TorusDuel.OBS, TorusDuel.ACTIONS).eval()
    optimizer = torch.optim.Adam(net.parameters(), lr=args.lr, eps=1e-5)
    first_update = 0
    if args.resume:
        blob = torch.load(args.resume, map_location="cpu")
        net.load_state_dict(blob["net"])
        optimizer.load_state_dict(blob["optimizer"])
        first_update = blob["update"] + 1
    opponent.load_state_dict(net.state_dict())

    table = EloTable()
    csv_log = CsvLog(out / "progress.csv")
    pool = collections.OrderedDict(start=copy.deepcopy(net.state_dict()))
    opponent_name = "start"
    results = collections.defaultdict(lambda: collections.deque(maxlen=100))
    lengths = collections.deque(maxlen=300)

    N, T = args.envs, args.horizon
    arenas = [TorusDuel(seed=args.seed * 10_000 + i) for i in range(N)]
    obs = np.zeros((N, TorusDuel.OBS), dtype=np.float32)
    opp_obs = np.zeros((N, TorusDuel.OBS), dtype=np.float32)
    for i, arena in enumerate(arenas):
        obs[i], opp_obs[i] = arena.reset()
    state = net.zero_state(N)
    opp_state = opponent.zero_state(N)

    buf = {
        "obs": torch.zeros(T, N, TorusDuel.OBS),
        "act": torch.zeros(T, N, dtype=torch.long),
        "logp": torch.zeros(T, N),
        "val": torch.zeros(T, N),
        "rew": torch.zeros(T, N),
        "end": torch.zeros(T, N),
    }
    began = time.time()

    for update in range(first_update, args.updates):
        frac = 1.0 - update / args.updates
        for group in optimizer.param_groups:
            group["lr"] = args.lr * max(frac, 0.05)

        if update % args.opponent_every == 0:
            dice = random.random()
            if dice < args.p_mirror:
                opponent.load_state_dict(copy.deepcopy(net.state_dict()))
                opponent_name = "mirror"
                opp_state = opponent.zero_state(N)
            elif dice < args.p_mirror + args.p_file and args.files:
                path = Path(random.choice(args.files))
                blob = torch.load(path, map_location="cpu")
                opponent.load_state_dict(blob["net"] if "net" in blob else blob)
                opponent_name = path.stem
            else:
                opponent_name = table.sample(list(pool), np.random.default_rng(update))
                opponent.load_state_dict(pool[opponent_name])
                opp_state = opponent.zero_state(N)

        # ---- collect
        net.eval()
        start_state = state.clone()
        for t in range(T):
            x = torch.as_tensor(obs.copy())
            with torch.no_grad():
                logits, value, state = net(x, state)
                opp_logits, _, opp_state = opponent(torch.as_tensor(opp_obs), opp_state)
            dist = Categorical(logits=logits)
            act = dist.sample()
            opp_act = Categorical(logits=opp_logits).sample()
            buf["obs"][t], buf["act"][t], buf["val"][t] = x, act, value
            buf["logp"][t] = dist.log_prob(act)
            for i, arena in enumerate(arenas):
                (obs[i], opp_obs[i]), reward, ended, info = arena.step(int(act[i]), int(opp_act[i]))
                buf["rew"][t, i] = reward
                buf["end"][t, i] = float(ended)
                if ended:
                    results[opponent_name].append(reward)
                    lengths.append(arena.t)
                    if opponent_name != "mirror":
                        table.record("learner", opponent_name, 0.5 + 0.5 * reward)
                    obs[i], opp_obs[i] = arena.reset()
                    state[:, i] = 0.0
                    opp_state[:, i] = 0.0

        # ---- advantages
        with torch.no_grad():
            _, last, _ = net(torch.as_tensor(obs), state)
        adv = torch.zeros(T, N)
        running = torch.zeros(N)
        for t in reversed(range(T)):
            nonterminal = 1.0 - buf["end"][t]
            following = last if t == T - 1 else buf["val"][t + 1]
            delta = buf["rew"][t] + args.gamma * following * nonterminal - buf["val"][t]
            running = delta + args.gamma * args.lam * nonterminal * running
            adv[t] = running
        ret = adv + buf["val"]

        # ---- learn
        net.train()
        kl_stop = False
        stats = collections.defaultdict(list)
        for epoch in range(args.epochs):
            for idx in torch.randperm(N).chunk(args.minibatches):
                h = start_state[:, idx]
                logps, vals, ents = [], [], []
                for t in range(T):
                    logits, value, h = net(buf["obs"][t, idx], h)
                    dist = Categorical(logits=logits)
                    logps.append(dist.log_prob(buf["act"][t, idx]))
                    ents.append(dist.entropy())
                    vals.append(value)
                    h = h * (1.0 - buf["end"][t, idx]).view(1, -1, 1)
                logp, val, ent = torch.stack(logps), torch.stack(vals), torch.stack(ents)
                log_ratio = logp - buf["logp"][:, idx]
                ratio = log_ratio.exp()
                a = adv[:, idx]
                a = (a - a.mean()) / (a.std() + 1e-8)
                pg = torch.max(-a * ratio, -a * ratio.clamp(1 - args.clip, 1 + args.clip)).mean()
                vl = F.smooth_l1_loss(val, ret[:, idx])
                loss = pg + 0.5 * vl - args.ent * ent.mean()
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
                optimizer.step()
                with torch.no_grad():
                    kl = ((ratio - 1) - log_ratio).mean().item()
                stats["kl"].append(kl)
                stats["pg"].append(pg.item())
                stats["vl"].append(vl.item())
                if kl > args.target_kl:
                    kl_stop = True
                    break
            if kl_stop:
                break

        # ---- bookkeeping
        if update % args.pool_every == 0:
            pool[f"u{update}"] = copy.deepcopy(net.state_dict())
            table.ratings[f"u{update}"] = table.rating("learner")
            while len(pool) > args.pool_size:
                pool.popitem(last=False)
        if update % 10 == 0:
            row = {
                "update": update,
                "opponent": opponent_name,
                "score": float(np.mean(results[opponent_name])) if results[opponent_name] else 0.0,
                "length": float(np.mean(lengths)) if lengths else 0.0,
                "elo": table.rating("learner"),
                **{k: float(np.mean(v)) for k, v in stats.items()},
            }
            csv_log.write(**row)
            logging.info("%s | %.0f steps/s", CsvLog.pretty(row), (update - first_update + 1) * N * T / (time.time() - began))
        if update % args.eval_every == 0:
            judge = DuelGRU(TorusDuel.OBS, TorusDuel.ACTIONS).eval()
            judge.load_state_dict(pool[next(iter(pool))])
            logging.info("eval against %s: %.2f", next(iter(pool)), evaluate(net, judge, args.eval_games, update))
            torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "update": update}, out / "last.pt")
        if stop_requested:
            logging.info("stopped at %d", update)
            break
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "update": update}, out / "last.pt")
    table_path = out / "elo.json"
    table_path.write_text(json.dumps(table.ratings, indent=1))


if __name__ == "__main__":
    main()
