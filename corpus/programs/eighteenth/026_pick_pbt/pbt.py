import random

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor

from pick_env import PickPlaceEnv

POP = 6
GENERATIONS = 60
STEPS_PER_GEN = 20_480


def sample_hparams():
    return {
        "learning_rate": 10 ** random.uniform(-4.5, -3),
        "ent_coef": 10 ** random.uniform(-4, -1.5),
        "gamma": random.choice([0.97, 0.98, 0.99, 0.995]),
    }


def new_member(i):
    hp = sample_hparams()
    env = make_vec_env(PickPlaceEnv, n_envs=4, seed=100 * i)
    model = RecurrentPPO(
        "MlpLstmPolicy", env, n_steps=128, batch_size=128, seed=i,
        policy_kwargs={"lstm_hidden_size": 64, "enable_critic_lstm": True}, **hp,
    )
    return {"id": i, "model": model, "hp": hp, "score": -np.inf}


def perturb(hp):
    out = dict(hp)
    out["learning_rate"] *= random.choice([0.8, 1.25])
    out["ent_coef"] *= random.choice([0.8, 1.25])
    if random.random() < 0.2:
        out["gamma"] = random.choice([0.97, 0.98, 0.99, 0.995])
    return out


def apply_hparams(model, hp):
    model.learning_rate = hp["learning_rate"]
    model._setup_lr_schedule()
    model.ent_coef = hp["ent_coef"]
    model.gamma = hp["gamma"]
    model.rollout_buffer.gamma = hp["gamma"]


def main():
    random.seed(3)
    population = [new_member(i) for i in range(POP)]
    eval_env = Monitor(PickPlaceEnv())

    for gen in range(GENERATIONS):
        for m in population:
            m["model"].learn(STEPS_PER_GEN, reset_num_timesteps=False)
            m["score"], _ = evaluate_policy(m["model"], eval_env, n_eval_episodes=10)

        population.sort(key=lambda m: m["score"], reverse=True)
        print(f"gen {gen}: " + " ".join(f"{m['id']}={m['score']:.2f}" for m in population))

        cut = POP // 3
        for loser in population[-cut:]:
            winner = random.choice(population[:cut])
            loser["model"].set_parameters(winner["model"].get_parameters())
            loser["hp"] = perturb(winner["hp"])
            apply_hparams(loser["model"], loser["hp"])
            print(f"  {loser['id']} <- {winner['id']}  lr={loser['hp']['learning_rate']:.2e}")

        population[0]["model"].save("pick_best")


if __name__ == "__main__":
    main()
