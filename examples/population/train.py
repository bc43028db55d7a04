"""Train a small population; after each round the weakest member takes over the weights of the strongest."""

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

ROUNDS = 20
STEPS = 4_096


def make_member(seed: int) -> RecurrentPPO:
    return RecurrentPPO("MlpLstmPolicy", make_vec_env("CartPole-v1", n_envs=4, seed=seed), n_steps=128, seed=seed)


def mean_reward(member: RecurrentPPO) -> float:
    return float(np.mean([episode["r"] for episode in member.ep_info_buffer]))


def exploit(weakest: RecurrentPPO, strongest: RecurrentPPO) -> None:
    weakest.policy.load_state_dict(strongest.policy.state_dict())
    weakest.policy.optimizer.load_state_dict(strongest.policy.optimizer.state_dict())


def main() -> None:
    population = [make_member(seed) for seed in range(4)]
    for _ in range(ROUNDS):
        for member in population:
            member.learn(STEPS, reset_num_timesteps=False)
        ranked = sorted(population, key=mean_reward)
        exploit(ranked[0], ranked[-1])


if __name__ == "__main__":
    main()
