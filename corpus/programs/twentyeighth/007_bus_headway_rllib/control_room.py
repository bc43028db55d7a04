"""Runs the trained holding policy for one service day on the line simulator.

The training job keeps writing RLlib checkpoints to --checkpoints; the control
room looks for a new one every quarter of an hour.
"""
import argparse
import glob
import os

import numpy as np
import ray
from ray.rllib.algorithms.ppo import PPOConfig

from line import BusLine, OBS_SPACE, ACT_SPACE


def build_algo():
    config = (
        PPOConfig()
        .api_stack(enable_rl_module_and_learner=False, enable_env_runner_and_connector_v2=False)
        .environment(env=None, observation_space=OBS_SPACE, action_space=ACT_SPACE)
        .framework("torch")
        .env_runners(num_env_runners=0)
        .training(model={"use_lstm": True, "lstm_cell_size": 128, "max_seq_len": 32})
    )
    return config.build()


def newest(folder):
    found = glob.glob(os.path.join(folder, "checkpoint_*"))
    return max(found, key=os.path.getmtime) if found else None


class ControlRoom:
    def __init__(self, folder, n_buses):
        self.folder = folder
        self.algo = build_algo()
        self.loaded = None
        self.n_buses = n_buses
        self.threads = {}

    def refresh(self):
        path = newest(self.folder)
        if path and path != self.loaded:
            self.algo.restore(path)
            self.loaded = path
            print("restored", path)

    def start_day(self):
        initial = self.algo.get_policy().get_initial_state()
        self.threads = {bus: [np.copy(s) for s in initial] for bus in range(self.n_buses)}

    def hold(self, bus, obs):
        action, self.threads[bus], _ = self.algo.compute_single_action(
            obs, state=self.threads[bus], explore=False)
        return int(action)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoints", required=True)
    parser.add_argument("--buses", type=int, default=14)
    parser.add_argument("--minutes", type=int, default=16 * 60)
    parser.add_argument("--days", type=int, default=5)
    args = parser.parse_args()

    ray.init(num_cpus=2)
    room = ControlRoom(args.checkpoints, args.buses)
    line = BusLine(args.buses)
    for day in range(args.days):
        room.refresh()
        room.start_day()
        line.start()
        for minute in range(args.minutes):
            if minute and minute % 15 == 0:
                room.refresh()
            for bus, obs in line.at_stop(minute):
                line.hold(bus, room.hold(bus, obs))
            line.advance()
        print(f"day {day}: mean headway deviation {line.deviation():.2f} min")
    ray.shutdown()


if __name__ == "__main__":
    main()
