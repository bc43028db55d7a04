import argparse
import collections
import json
import logging
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch.distributions import Categorical

from warm.env import PoleBatch, VeiledPole
from warm.gae import compute_gae, explained_variance
from warm.loading import average, partial_load
from warm.model import VeiledNet

log = logging.getLogger("train")


def parse_args():
    ap = argparse.ArgumentParser()
    ap.add_argument("--run-dir", type=Path, default=Path("runs/veiled"))
    ap.add_argument("--resume", action="store_true")
    ap.add_argument("--init-from", nargs="*", default=[], help="files whose weights are averaged")
    ap.add_argument("--encoder-from", default=None)
    ap.add_argument("--keep-heads", action="store_true")
    ap.add_argument("--envs", type=int, default=16)
    ap.add_argument("--steps", type=int, default=64)
    ap.add_argument("--updates", type=int, default=4000)
    ap.add_argument("--epochs", type=int, default=4)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--warmup", type=int, default=50)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--lam", type=float, default=0.95)
    ap.add_argument("--clip", type=float, default=0.2)
    ap.add_argument("--ent", type=float, default=0.005)
    ap.add_argument("--eval-every", type=int, default=100)
    ap.add_argument("--final-episodes", type=int, default=200)
    ap.add_argument("--seed", type=int, default=0)
    return ap.parse_args()


def evaluate(net, episodes, seed):
    env = VeiledPole(seed=seed)
    scores = []
    for _ in range(episodes):
        obs, over, total = env.reset(), False, 0.0
        memory = net.initial_state(1)
        while not over:
            with torch.no_grad():
                logits, _, memory = net(torch.as_tensor(obs)[None], memory, torch.ones(1))
            obs, reward, over, _ = env.step(int(logits.argmax(-1)))
            total += reward
        scores.append(total)
    return float(np.mean(scores)), float(np.std(scores))


def main():
    args = parse_args()
    args.run_dir.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)

    envs = PoleBatch([lambda i=i: VeiledPole(seed=args.seed * 100 + i) for i in range(args.envs)])
    net = VeiledNet(2, 2)
    optimizer = torch.optim.AdamW(net.parameters(), lr=args.lr, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda u: min(1.0, (u + 1) / args.warmup) * 0.5 * (1 + math.cos(math.pi * u / args.updates))
    )
    obs = torch.as_tensor(envs.reset())
    keep = torch.ones(args.envs)
    state = net.initial_state(args.envs)

    first, best = 0, -np.inf
    last_file, best_file = args.run_dir / "last.pt", args.run_dir / "best.pt"
    if args.init_from:
        net.load_state_dict(average(args.init_from))
        log.info("mean of %d files", len(args.init_from))
    if args.encoder_from:
        donor = torch.load(args.encoder_from, map_location="cpu")["model"]
        skip = () if args.keep_heads else ("policy", "value")
        log.info("%d of %d tensors from %s", *partial_load(net, donor, skip=skip), args.encoder_from)
    if args.resume and last_file.exists():
        blob = torch.load(last_file, map_location="cpu")
        net.load_state_dict(blob["model"])
        optimizer.load_state_dict(blob["optimizer"])
        schedule.load_state_dict(blob["schedule"])
        first, best = blob["update"] + 1, blob["best"]
        torch.set_rng_state(blob["rng"])
        log.info("goes on at update %d, best %.1f", first, best)

    returns = collections.deque(maxlen=200)
    stats = collections.defaultdict(lambda: collections.deque(maxlen=50))
    started = time.time()
    for update in range(first, args.updates):
        rows = collections.defaultdict(list)
        start_state = state.clone()
        for _ in range(args.steps):
            with torch.no_grad():
                logits, value, state = net(obs, state, keep)
            dist = Categorical(logits=logits)
            act = dist.sample()
            nxt, rew, end, infos = envs.step(act.numpy())
            for key, item in (
                ("obs", obs),
                ("keep", keep),
                ("act", act),
                ("logp", dist.log_prob(act)),
                ("val", value),
                ("rew", torch.as_tensor(rew)),
                ("end", torch.as_tensor(end)),
            ):
                rows[key].append(item)
            obs = torch.as_tensor(nxt)
            keep = 1.0 - torch.as_tensor(end)
            returns.extend(i["episode"]["r"] for i in infos if "episode" in i)
        data = {k: torch.stack(v) for k, v in rows.items()}
        with torch.no_grad():
            _, last, _ = net(obs, state, keep)
        adv, ret = compute_gae(data["rew"], data["val"], data["end"], last, args.gamma, args.lam)
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(args.epochs):
            h, logps, vals, ents = start_state, [], [], []
            for t in range(args.steps):
                logits, value, h = net(data["obs"][t], h, data["keep"][t])
                dist = Categorical(logits=logits)
                logps.append(dist.log_prob(data["act"][t]))
                vals.append(value)
                ents.append(dist.entropy())
            ratio = (torch.stack(logps) - data["logp"]).exp()
            pg = -torch.min(adv * ratio, adv * ratio.clamp(1 - args.clip, 1 + args.clip)).mean()
            vl = F.mse_loss(torch.stack(vals), ret)
            ent = torch.stack(ents).mean()
            optimizer.zero_grad()
            (pg + 0.5 * vl - args.ent * ent).backward()
            stats["grad"].append(float(torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)))
            optimizer.step()
            stats["pg"].append(pg.item())
            stats["vl"].append(vl.item())
            stats["ent"].append(ent.item())
        schedule.step()
        stats["ev"].append(explained_variance(data["val"], ret))

        if update % 10 == 0:
            line = " ".join(f"{k} {np.mean(v):.3f}" for k, v in stats.items())
            sps = (update - first + 1) * args.envs * args.steps / (time.time() - started)
            log.info("%d return %.1f %s (%.0f/s)", update, np.mean(returns) if returns else 0.0, line, sps)
        if update % args.eval_every == args.eval_every - 1:
            mean, std = evaluate(net, 20, seed=10_000 + update)
            log.info("%d eval %.1f ± %.1f", update, mean, std)
            if mean > best:
                best = mean
                torch.save({"model": net.state_dict(), "update": update, "score": mean}, best_file)
            torch.save(
                {
                    "model": net.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "schedule": schedule.state_dict(),
                    "update": update,
                    "best": best,
                    "rng": torch.get_rng_state(),
                },
                last_file,
            )

    if best_file.exists():
        blob = torch.load(best_file, map_location="cpu")
        net.load_state_dict(blob["model"])
        mean, std = evaluate(net, args.final_episodes, seed=77_777)
        log.info("best of update %d: %.1f ± %.1f", blob["update"], mean, std)
        (args.run_dir / "result.json").write_text(json.dumps({"mean": mean, "std": std, "update": blob["update"]}))


if __name__ == "__main__":
    main()
