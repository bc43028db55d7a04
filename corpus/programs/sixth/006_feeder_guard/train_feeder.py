import argparse
from collections import defaultdict

from feeder_env import FeederEnv
from team import Guard, Team


def run(weeks: int, chunk: int, n: int) -> None:
    env = FeederEnv(n)
    team, guard = Team(env.possible_agents), Guard()
    quiet = 0
    for week in range(weeks):
        obs, _ = env.reset(seed=week)
        team.new_episode()
        rewards, total, falls = defaultdict(list), 0.0, 0
        while env.agents:
            obs, rew, _, _, infos = env.step(team.act(obs))
            for a, r in rew.items():
                rewards[a].append(r)
                total += r
            culprits = guard.check(infos)
            if len(next(iter(rewards.values()))) >= chunk or culprits:
                team.learn(rewards)
                rewards.clear()
            if culprits:
                team.fall_back(culprits)
                falls, quiet = falls + 1, 0
            else:
                quiet += 1
            if quiet and quiet % 576 == 0:
                team.mark_safe()
        print(f"week {week:3d} return {total:10.1f} fallbacks {falls}")


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--weeks", type=int, default=200)
    ap.add_argument("--chunk", type=int, default=24)
    ap.add_argument("--substations", type=int, default=5)
    ns = ap.parse_args()
    run(ns.weeks, ns.chunk, ns.substations)
