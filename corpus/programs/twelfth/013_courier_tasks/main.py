from collections import Counter

import torch

from courier import Courier
from shift import TASKS, WarehouseShift

SHIFTS = 500
HORIZON = 80


def run_shift(env, courier):
    obs = env.start()
    courier.begin_shift(env.task)
    done_tasks = Counter()
    over = False
    while not over:
        obs, reward, finished, over = env.step(courier.act(obs))
        courier.feedback(reward)
        if finished or over or len(courier.trace) >= HORIZON:
            courier.learn()
        if finished:
            done_tasks[courier.task] += 1
            courier.switch(env.task)
    return done_tasks


def main():
    torch.manual_seed(0)
    env = WarehouseShift()
    courier = Courier(TASKS, env.obs_dim, env.n_actions)
    for n in range(SHIFTS):
        done_tasks = run_shift(env, courier)
        if n % 10 == 0:
            print(f"shift {n}: " + ", ".join(f"{t} {done_tasks[t]}" for t in TASKS))
            courier.save("courier_policies")


if __name__ == "__main__":
    main()
