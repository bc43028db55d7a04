import argparse
import logging
import random

import numpy as np
import torch

from league import EloTable, Exploiter, MainPlayer, Opponent
from league.arena import TankArena

log = logging.getLogger("league")


class Room:
    """`tables` arenas, a learner on side 0 and somebody on side 1."""

    def __init__(self, tables, seed):
        self.arenas = [TankArena(seed=seed + i) for i in range(tables)]
        pairs = [a.reset() for a in self.arenas]
        self.left = np.stack([p[0] for p in pairs])
        self.right = np.stack([p[1] for p in pairs])
        self.results = []

    def play(self, learner, other, steps, gamma=0.99):
        rows = {k: [] for k in ("obs", "action", "logp", "value", "reward", "done")}
        memory = learner.memory.clone()
        for _ in range(steps):
            obs = self.left.copy()
            action, logp, value = learner.act(self.left)
            reply, _, _ = other.act(self.right)
            reward = np.zeros(len(self.arenas), dtype=np.float32)
            done = np.zeros(len(self.arenas), dtype=np.float32)
            for i, arena in enumerate(self.arenas):
                (l, r), reward[i], ended, _ = arena.step(int(action[i]), int(reply[i]))
                if ended:
                    self.results.append(float(reward[i]))
                    l, r = arena.reset()
                    learner.finished(i)
                    other.finished(i)
                    done[i] = 1.0
                self.left[i], self.right[i] = l, r
            for key, value_ in zip(rows, (obs, action, logp, value, reward, done)):
                rows[key].append(torch.as_tensor(value_))
        batch = {k: torch.stack(v) for k, v in rows.items()}
        ret = torch.zeros_like(batch["reward"])
        running = torch.zeros(len(self.arenas))
        for t in reversed(range(steps)):
            running = batch["reward"][t] + gamma * running * (1 - batch["done"][t])
            ret[t] = running
        batch["ret"] = ret
        batch["adv"] = ret - batch["value"]
        batch["memory"] = memory
        return batch

    def winrate(self, last=200):
        recent = self.results[-last:]
        return sum(r > 0 for r in recent) / max(len(recent), 1)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--tables", type=int, default=12)
    ap.add_argument("--iterations", type=int, default=3000)
    ap.add_argument("--steps", type=int, default=48)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    rng = np.random.default_rng(args.seed)
    random.seed(args.seed)
    torch.manual_seed(args.seed)

    make = dict(obs_dim=TankArena.OBS, n_actions=TankArena.ACTIONS, tables=args.tables)
    main_player = MainPlayer("main", **make)
    exploiter = Exploiter("exploiter", **make)
    guest = Opponent("guest", **make)
    sparring = Opponent("sparring", **make)
    table = EloTable()
    hall = {}

    first = main_player.snapshot()
    hall[first["name"]] = first
    guest.sit(first)
    sparring.sit(first)
    main_room, exploit_room = Room(args.tables, 10), Room(args.tables, 900)

    for it in range(args.iterations):
        batch = main_room.play(main_player, guest, args.steps)
        loss = main_player.update(batch)
        if main_room.results:
            table.record("main", guest.playing_as, 0.5 + 0.5 * main_room.results[-1])
        eb = exploit_room.play(exploiter, sparring, args.steps)
        exploiter.update(eb)
        if it % 20 == 19:
            snap = main_player.snapshot()
            main_player.generation += 1
            hall[snap["name"]] = snap
            sparring.sit(snap)
        if it % 5 == 4:
            guest.sit(hall[table.sample(list(hall), rng)])
        if exploiter.maybe_restart(main_player, exploit_room.winrate()):
            snap = exploiter.snapshot()
            hall[snap["name"]] = snap
            log.info("exploiter restarted at %d", it)
        if it % 25 == 0:
            log.info("%d loss %.3f win %.2f top %s", it, loss, main_room.winrate(), table.top(3))
            torch.save(hall, "hall.pt")


if __name__ == "__main__":
    main()
