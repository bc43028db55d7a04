import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from barge import BargeEnv

CURRENTS = [0.1, 0.15, 0.2, 0.25, 0.28]
CHUNK = 40960
PASS_MARK = 60.0
FOLDER = "barge_stages"


def path_of(stage):
    return os.path.join(FOLDER, "stage%d.zip" % stage)


def fresh_model(venv):
    return RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=256, ent_coef=0.01, verbose=0, seed=11)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    venv = make_vec_env(BargeEnv, n_envs=4, seed=11)
    exam = make_vec_env(BargeEnv, n_envs=4, seed=1234)
    model = fresh_model(venv)
    stage, fails, history = 0, 0, []
    while stage < len(CURRENTS) and len(history) < 60:
        venv.env_method("set_current", CURRENTS[stage])
        exam.env_method("set_current", CURRENTS[stage])
        model.learn(CHUNK, reset_num_timesteps=False)
        mean, std = evaluate_policy(model, exam, n_eval_episodes=40)
        history.append((stage, mean))
        print("stage %d  current %.2f  %.1f +- %.1f" % (stage, CURRENTS[stage], mean, std))
        if mean >= PASS_MARK:
            model.save(path_of(stage))
            stage, fails = stage + 1, 0
            continue
        fails += 1
        if fails == 4 and stage > 0:
            stage -= 1
            model = RecurrentPPO.load(path_of(stage), env=venv)
            fails = 0
    model.save(os.path.join(FOLDER, "final.zip"))
    np.savetxt(os.path.join(FOLDER, "history.txt"), np.array(history))


if __name__ == "__main__":
    main()
