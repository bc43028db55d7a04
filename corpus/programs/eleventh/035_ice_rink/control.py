"""Controls the compressors of the rink. A night job trains on the log and writes a new file."""
import argparse
import csv
import os
import time

from agent import RinkAgent
from plant import Plant


def control(args):
    plant = Plant(args.plant)
    agent = RinkAgent()
    agent.load(args.model)
    loaded = os.path.getmtime(args.model)

    with open(args.log, "a", newline="") as f:
        out = csv.writer(f)
        tick = 0
        while True:
            sensors = plant.read()
            level = agent.act(sensors)
            plant.set_level(level)
            out.writerow([int(time.time()), level, *[f"{s:.3f}" for s in sensors]])
            tick += 1

            if tick % args.check == 0:
                f.flush()
                stamp = os.path.getmtime(args.model)
                if stamp > loaded:
                    agent.load(args.model)
                    loaded = stamp
                    print("loaded model of", time.ctime(stamp))
            time.sleep(args.period)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--plant", default="tcp://10.0.4.20:502")
    p.add_argument("--model", default="rink.pt")
    p.add_argument("--log", default="rink.csv")
    p.add_argument("--period", type=float, default=30.0)
    p.add_argument("--check", type=int, default=20)
    control(p.parse_args())
