import argparse
import random
from collections import deque

import numpy as np
import torch

from envs.tag import TagConfig, TagEnv
from players import Archive, Player, TagNet


def play_round(env, players, trainee):
    views = env.reset()
    over = False
    while not over:
        moves = {role: pl.act(views[role]) for role, pl in players.items()}
        views, rew, over = env.step(moves)
        players[trainee].rewards.append(rew[trainee])
    return sum(players[trainee].rewards)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--rounds", type=int, default=50_000)
    ap.add_argument("--archive-every", type=int, default=250)
    ap.add_argument("--batch", type=int, default=8)
    ap.add_argument("--past-prob", type=float, default=0.4)
    ap.add_argument("--seed", type=int, default=3)
    ap.add_argument("--out", default="tag.pt")
    args = ap.parse_args()
    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)

    env = TagEnv(TagConfig(), args.seed)
    nets = {r: TagNet(env.OBS, env.ACT) for r in ("seeker", "runner")}
    opts = {r: torch.optim.Adam(n.parameters(), lr=3e-4) for r, n in nets.items()}
    archive = Archive()
    for role, net in nets.items():
        archive.add(role, net)
    scores = {r: deque(maxlen=200) for r in nets}

    for rnd in range(1, args.rounds + 1):
        trainee = "seeker" if (rnd // args.batch) % 2 else "runner"
        other = "runner" if trainee == "seeker" else "seeker"
        if random.random() < args.past_prob:
            rival = archive.draw(other, env.OBS, env.ACT)
        else:
            rival = Player(nets[other], learn=False)
        players = {trainee: Player(nets[trainee], learn=True), other: rival}
        scores[trainee].append(play_round(env, players, trainee))

        loss = players[trainee].reinforce_loss() / args.batch
        loss.backward()
        if rnd % args.batch == args.batch - 1:
            torch.nn.utils.clip_grad_norm_(nets[trainee].parameters(), 1.0)
            opts[trainee].step()
            opts[trainee].zero_grad()
        if rnd % args.archive_every == 0:
            for role, net in nets.items():
                archive.add(role, net)
            print(rnd, {r: round(float(np.mean(s)), 2) for r, s in scores.items() if s})

    torch.save({r: n.state_dict() for r, n in nets.items()}, args.out)


if __name__ == "__main__":
    main()
