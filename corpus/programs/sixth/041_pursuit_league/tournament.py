import argparse
import random

import torch

from league.bench import Bench
from league.brains import Brain
from league.match import Match, role_of


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ckpts", nargs="*", default=[])
    p.add_argument("--matches", type=int, default=500)
    a = p.parse_args()
    rng = random.Random(1)
    benches = {r: Bench(r, rng) for r in ("hunter", "prey")}
    match = Match(benches)
    match.env.reset(seed=0)
    dims = {role_of(x): (match.env.observation_space(x).shape[0], match.env.action_space(x).n)
            for x in match.env.agents}
    for role, (o, n) in dims.items():
        for _ in range(4):
            benches[role].sign(Brain(o, n))
    for path in a.ckpts:
        role = "hunter" if "hunter" in path else "prey"
        b = Brain(*dims[role])
        b.load_state_dict(torch.load(path, map_location="cpu"))
        benches[role].sign(b.requires_grad_(False))
    for i in range(a.matches):
        match.play(seed=i)
    for b in benches.values():
        print(b.role, b.table())
    print("substitutions:", match.subs)


if __name__ == "__main__":
    main()
