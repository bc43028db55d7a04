import argparse
import pathlib

from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.policies import RecurrentActorCriticPolicy
from stable_baselines3.common.callbacks import EvalCallback
from stable_baselines3.common.vec_env import SubprocVecEnv, VecFrameStack, VecMonitor

from mazes import Maze

LEVELS = [5, 7, 9, 13, 17]


def venv(size, n, seed=0):
    def thunk(i):
        return lambda: Maze(size, seed=seed + i)
    return VecMonitor(SubprocVecEnv([thunk(i) for i in range(n)]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=500_000)
    parser.add_argument("--n-envs", type=int, default=16)
    parser.add_argument("--log", type=pathlib.Path, default="logs/maze")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    env = venv(LEVELS[0], args.n_envs, args.seed)
    model = RecurrentPPO(RecurrentActorCriticPolicy, env, n_steps=256, batch_size=1024, gae_lambda=0.95,
                         policy_kwargs=dict(lstm_hidden_size=128), tensorboard_log=str(args.log), verbose=1)
    for k, size in enumerate(LEVELS):
        best = args.log / f"best_{size}"
        if k > 0:
            # go on from the best model of the previous level, not from the last one
            model.set_parameters(str(args.log / f"best_{LEVELS[k - 1]}" / "best_model.zip"))
            env.close()
            env = venv(size, args.n_envs, args.seed)
            model.set_env(env)
        ev = EvalCallback(venv(size, 4, 777), best_model_save_path=str(best), eval_freq=10_000, n_eval_episodes=16)
        model.learn(args.steps, callback=ev, reset_num_timesteps=False, tb_log_name=f"L{size}")
    model.save(args.log / "final")


if __name__ == "__main__":
    main()
