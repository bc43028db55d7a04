"""Live pricing of several districts by the newest policy of a running training."""
import random
import time

import numpy as np
import ray

from market import RideMarket
from trainer import WeightBoard, make_config, train

DISTRICTS = ["harbour", "old town", "campus", "airport"]


def read_district(name):
    # stands for the call to the dispatch database
    t = time.time() % 86400 / 86400 * 2 * np.pi
    requests, idle = random.randint(0, 25), random.randint(0, 60)
    return np.array([requests / 20, idle / 30, np.sin(t), np.cos(t)], np.float32)


def main():
    ray.init()
    board = WeightBoard.remote()
    job = train.remote(board)

    algo = make_config(0).build()
    policy = algo.get_policy()
    states = {d: policy.get_initial_state() for d in DISTRICTS}
    tag = 0
    while True:
        tag, weights = ray.get(board.get.remote(tag))
        if weights is not None:
            policy.set_weights(weights)
            states = {d: policy.get_initial_state() for d in DISTRICTS}
            print("pricing with weights", tag)
        for d in DISTRICTS:
            action, states[d], _ = policy.compute_single_action(
                read_district(d), state=states[d], explore=False
            )
            print(f"{d}: x{RideMarket.PRICES[action]}")
        done, _ = ray.wait([job], timeout=60)
        if done:
            break


if __name__ == "__main__":
    main()
