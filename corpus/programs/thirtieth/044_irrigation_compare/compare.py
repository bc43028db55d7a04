from collections import defaultdict
from glob import glob
from statistics import mean, stdev

import numpy as np
from sb3_contrib import RecurrentPPO

from field_env import Field

SEASONS = 30
SOILS = ["sand", "loam", "clay"]


def season(model, env, seed):
    obs, _ = env.reset(seed=seed)
    lstm, first, total, over = None, True, 0.0, False
    while not over:
        action, lstm = model.predict(obs, state=lstm, episode_start=np.array([first]), deterministic=True)
        first = False
        obs, reward, terminated, truncated, info = env.step(action)
        total += reward
        over = terminated or truncated
    return total, info["yield"], info["mm"]


def farmer(env, seed):
    env.reset(seed=seed)
    total, over = 0.0, False
    while not over:
        _, reward, terminated, truncated, info = env.step(3 if env.day % 5 == 0 else 0)
        total += reward
        over = terminated or truncated
    return total, info["yield"], info["mm"]


def line(who, soil, results):
    totals, yields, mm = zip(*results)
    print(f"{who:28s} {soil:5s} {mean(totals):7.2f} +- {stdev(totals):5.2f}   yield {mean(yields):.2f}   {mean(mm):5.0f} mm")


def main():
    overall = defaultdict(list)
    envs = {soil: Field(soil) for soil in SOILS}
    for soil, env in envs.items():
        line("every fifth day", soil, [farmer(env, s) for s in range(SEASONS)])
    for path in sorted(glob("models/irrigation_*.zip")):
        model = RecurrentPPO.load(path)
        for soil, env in envs.items():
            results = [season(model, env, s) for s in range(SEASONS)]
            line(path.split("/")[-1], soil, results)
            overall[path].extend(r[0] for r in results)
    if not overall:
        print("nothing in models/")
        return
    winner = max(overall, key=lambda p: mean(overall[p]))
    print("winner:", winner)

    model = RecurrentPPO.load(winner)
    env = Field("loam")
    obs, _ = env.reset(seed=12345)
    lstm, starts = None, np.ones(1, dtype=bool)
    with open("winner_diary.txt", "w") as diary:
        for _ in range(2 * 120):
            action, lstm = model.predict(obs, lstm, starts, deterministic=True)
            obs, _, terminated, truncated, info = env.step(action)
            diary.write(f"day {env.day:3d}  water {env.water:.2f}  gate {int(action)}\n")
            starts[0] = terminated or truncated
            if starts[0]:
                diary.write(f"--- season's yield {info['yield']:.2f}\n")
                obs, _ = env.reset()


if __name__ == "__main__":
    main()
