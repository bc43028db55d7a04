import argparse
import os
import time

from ray.rllib.algorithms.ppo import PPOConfig

from farm_env import FarmPlot


def build():
    config = (
        PPOConfig()
        .environment(FarmPlot, env_config={"days": 120})
        .framework("torch")
        .rollouts(num_rollout_workers=0)
        .training(model={"use_lstm": True, "lstm_cell_size": 64, "max_seq_len": 20})
    )
    return config.build()


def newest(folder):
    dirs = [os.path.join(folder, d) for d in os.listdir(folder) if d.startswith("checkpoint_")]
    return max(dirs, key=os.path.getmtime) if dirs else None


def run(args):
    algo = build()
    loaded = None
    while newest(args.checkpoints) is None:
        time.sleep(10)

    plot = FarmPlot({"days": 120, "seed": 7})
    season = 0
    while season < args.seasons:
        obs, _ = plot.reset()
        state = algo.get_policy().get_initial_state()
        harvest, ended = 0.0, False
        while not ended:
            latest = newest(args.checkpoints)
            if latest != loaded:
                algo.restore(latest)
                state = algo.get_policy().get_initial_state()
                loaded = latest
                print("day", plot.day, "now using", os.path.basename(latest))
            action, state, _ = algo.compute_single_action(obs, state=state, explore=False)
            obs, reward, terminated, truncated, _ = plot.step(action)
            harvest += reward
            ended = terminated or truncated
            time.sleep(args.pause)
        season += 1
        print(f"season {season}: {harvest:.1f}")
    algo.stop()


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--checkpoints", default="checkpoints")
    p.add_argument("--seasons", type=int, default=20)
    p.add_argument("--pause", type=float, default=1.0)
    run(p.parse_args())
