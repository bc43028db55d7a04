"""Runs the trained fountain policy against the pump and keeps a log of what it did."""
import argparse
import csv
import time

from sb3_contrib import RecurrentPPO

from fountain import FountainEnv


def build_parser():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="zip file written by RecurrentPPO.save")
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--tick", type=float, default=1.0, help="seconds between two commands")
    parser.add_argument("--log", default="fountain_log.csv")
    parser.add_argument("--device", default="cpu")
    return parser


def main():
    args = build_parser().parse_args()
    model = RecurrentPPO.load(args.model, device=args.device)
    env = FountainEnv()
    obs, _ = env.reset()
    ticks = int(args.hours * 3600 / args.tick)
    splashes = 0
    with open(args.log, "w", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(["tick", "height", "gust", "pump", "reward"])
        for tick in range(ticks):
            begin = time.monotonic()
            action, _ = model.predict(obs, deterministic=True)
            obs, reward, terminated, truncated, info = env.step(action)
            splashes += int(info["splash"])
            writer.writerow([tick, f"{info['height']:.3f}", f"{info['gust']:.3f}", f"{float(action[0]):.3f}", f"{reward:.3f}"])
            if terminated or truncated:
                obs, _ = env.reset()
            if tick % 600 == 0:
                f.flush()
                print(f"tick {tick}: height {info['height']:.2f} m, {splashes} splashes so far")
            time.sleep(max(0.0, args.tick - (time.monotonic() - begin)))
    print(f"done, {splashes} splashes in {args.hours} h")


if __name__ == "__main__":
    main()
