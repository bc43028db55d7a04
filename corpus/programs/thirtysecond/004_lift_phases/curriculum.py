"""Trains one dispatcher through the parts of the working day; each part begins with the best of the part before."""
import copy

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from tower import Tower

PHASES = ["up_peak", "lunch", "down_peak"]
N_ENVS = 4


def traffic(phase, seed):
    return make_vec_env(Tower, n_envs=N_ENVS, seed=seed, env_kwargs={"pattern": phase})


def best_of_blocks(model, judge, blocks=12, block_steps=10_000):
    top, kept = float("-inf"), None
    for b in range(blocks):
        model.learn(block_steps, reset_num_timesteps=False)
        mean, std = evaluate_policy(model, judge, n_eval_episodes=8)
        print(f"   block {b:2d}  {mean:8.2f} +- {std:.2f}")
        if mean > top:
            top, kept = mean, copy.deepcopy(model.get_parameters())
    return top, kept


def main():
    model = RecurrentPPO("MlpLstmPolicy", traffic(PHASES[0], 0), n_steps=150, batch_size=300, n_epochs=6)
    carry = None
    for n, phase in enumerate(PHASES):
        if carry is not None:
            model.set_parameters(carry)
            model.set_env(traffic(phase, seed=10 * n))
        judge = traffic(phase, seed=1000 + n)
        top, carry = best_of_blocks(model, judge)
        judge.close()
        print(phase, top)
    model.set_parameters(carry)
    model.save("tower_dispatcher")


if __name__ == "__main__":
    main()
