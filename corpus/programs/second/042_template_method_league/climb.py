import argparse
import logging
import random
from pathlib import Path

import numpy as np
import torch

from ladder.kinds import Reflex, Student, Thinker
from ladder.pit import DuelArena

log = logging.getLogger("climb")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--rounds", type=int, default=12)
    ap.add_argument("--steps", type=int, default=40)
    ap.add_argument("--updates", type=int, default=30_000)
    ap.add_argument("--swap", type=int, default=8)
    ap.add_argument("--rung", type=float, default=0.65)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--reflex", action="store_true")
    ap.add_argument("--out", type=Path, default=Path("ladder_out"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    args.out.mkdir(exist_ok=True)
    rng = random.Random(0)
    pits = [DuelArena(seed=i) for i in range(args.rounds)]
    shape = (DuelArena.OBS, DuelArena.ACTIONS, args.rounds)
    student = Student("student", *shape)
    rival = (Reflex if args.reflex else Thinker)("rival", *shape)
    rungs, wins = [], []
    pairs = [p.reset() for p in pits]
    left, right = np.stack([a for a, _ in pairs]), np.stack([b for _, b in pairs])

    for update in range(args.updates):
        if rungs and update % args.swap == 0:
            index = rng.randrange(len(rungs))
            rival.install(rungs[index], f"rung {index}")
        if update and update % 500 == 0 and rungs and np.mean(wins[-200:]) < 0.3:
            student.install(rungs[-1], f"rung {len(rungs) - 1}")
            student.opt = torch.optim.Adam(student.model.parameters(), lr=1e-4)
        student.cut()
        tape = []
        for _ in range(args.steps):
            action, logp, ent, value = student.think(left)
            reply = rival.decide(right)
            rew, end = np.zeros(args.rounds, np.float32), np.zeros(args.rounds, np.float32)
            for i, pit in enumerate(pits):
                (left[i], right[i]), rew[i], over, _ = pit.step(int(action[i]), int(reply[i]))
                if over:
                    end[i] = 1.0
                    wins.append(float(rew[i] > 0))
                    left[i], right[i] = pit.reset()
                    rival.round_over(i)
            keep = torch.as_tensor(1.0 - end).unsqueeze(-1)
            student.memory = tuple(m * keep for m in student.memory)
            tape.append((logp, ent, value, torch.as_tensor(rew), torch.as_tensor(end)))
        ret = tape[-1][2].detach()
        loss = 0.0
        for logp, ent, value, rew, end in reversed(tape):
            ret = rew + args.gamma * ret * (1 - end)
            adv = ret - value
            loss = loss + (0.5 * adv.pow(2) - adv.detach() * logp - 0.01 * ent).mean()
        student.opt.zero_grad()
        (loss / args.steps).backward()
        torch.nn.utils.clip_grad_norm_(student.model.parameters(), 0.5)
        student.opt.step()
        if len(wins) > 200 and np.mean(wins[-200:]) > args.rung:
            if isinstance(rival, Thinker):
                rungs.append(student.weights())
            torch.save(student.weights(), args.out / f"rung_{len(rungs)}.pt")
            log.info("update %d: rung %d", update, len(rungs))
            wins.clear()


if __name__ == "__main__":
    main()
