import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor

from furnace import Furnace

OUT = "runs/furnace"
CHUNKS = 80
CHUNK_STEPS = 4 * 128 * 20
PATIENCE = 3

os.makedirs(OUT, exist_ok=True)
best_path = os.path.join(OUT, "best.zip")

env = make_vec_env(Furnace, n_envs=4, seed=0)
eval_env = Monitor(Furnace())

model = RecurrentPPO(
    "MlpLstmPolicy",
    env,
    n_steps=128,
    batch_size=128,
    gamma=0.995,
    ent_coef=0.001,
    policy_kwargs={"lstm_hidden_size": 128, "n_lstm_layers": 1},
    tensorboard_log=None,
)

best = -np.inf
bad = 0
history = []

for chunk in range(CHUNKS):
    model.learn(total_timesteps=CHUNK_STEPS, reset_num_timesteps=(chunk == 0))
    mean, std = evaluate_policy(model, eval_env, n_eval_episodes=5, deterministic=True)
    history.append((model.num_timesteps, mean, std))
    print(f"chunk {chunk:3d}  steps {model.num_timesteps:8d}  return {mean:8.2f} +/- {std:.2f}")

    if mean > best:
        best = mean
        bad = 0
        model.save(best_path)
    else:
        bad += 1

    if bad >= PATIENCE:
        print(f"no progress in {PATIENCE} chunks, continue from the best model ({best:.2f})")
        model.set_parameters(best_path)
        bad = 0

np.savetxt(os.path.join(OUT, "history.csv"), np.array(history), delimiter=",", header="steps,mean,std")
model.save(os.path.join(OUT, "last.zip"))
