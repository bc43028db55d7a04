import argparse
import csv

import torch

from keeper import RL2Net, WeightKeeper
from room import RipeningRoom


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--weights", default="meta/latest.pt")
    p.add_argument("--trials", type=int, default=20)
    p.add_argument("--check-every", type=int, default=15, help="days between looks at the weights file")
    p.add_argument("--log", default="room.csv")
    args = p.parse_args()

    room = RipeningRoom()
    net = RL2Net(5, len(room.actions))
    keeper = WeightKeeper(net, args.weights)
    keeper.refresh()

    with open(args.log, "w", newline="") as f:
        out = csv.writer(f)
        out.writerow(["trial", "day", "gen", "action", "reward"])
        for trial in range(args.trials):
            obs = room.reset()
            h = torch.zeros(1, net.hidden)
            prev_a, prev_r = None, 0.0
            done, day, total = False, 0, 0.0
            while not done:
                if day and day % args.check_every == 0:
                    if keeper.refresh():
                        print(f"trial {trial} day {day}: now on generation {keeper.generation}")
                with torch.no_grad():
                    logits, h = net(torch.from_numpy(obs).unsqueeze(0), prev_a, prev_r, h)
                a = torch.distributions.Categorical(logits=logits).sample().item()
                obs, r, done = room.step(a)
                out.writerow([trial, day, keeper.generation, a, f"{r:.4f}"])
                prev_a, prev_r = a, r
                total += r
                day += 1
            print(f"trial {trial}: return {total:.2f}")


if __name__ == "__main__":
    main()
