import argparse
import random

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import SubprocVecEnv, VecMonitor

from .hover import HoverEnv
from .utils import adopt, leaderboard, publish


def make_venv(n, seed):
    return VecMonitor(SubprocVecEnv([lambda i=i: HoverEnv(seed=seed + i) for i in range(n)]))


def train(name, root="population", chunks=500, chunk=32_768, seed=0):
    venv = make_venv(16, seed)
    test = make_venv(4, seed + 999)
    kw = dict(lstm_hidden_size=128, n_lstm_layers=1, enable_critic_lstm=True)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=512, policy_kwargs=kw, seed=seed, device="cuda")
    for i in range(chunks):
        model.learn(chunk, reset_num_timesteps=(i == 0), tb_log_name=name)
        score, std = evaluate_policy(model, test, n_eval_episodes=20)
        print(f"{name} chunk {i} score {score:.2f} +- {std:.2f}")
        publish(model, root, name, score)
        board = leaderboard(root)
        if len(board) >= 4 and name in [n for _, n in board[-len(board) // 4 :]]:
            _, who = random.choice(board[: max(1, len(board) // 4)])
            adopt(model, root, who)
            model.learning_rate *= random.choice([0.8, 1.25])
            model._setup_lr_schedule()
    return model


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("name")
    ap.add_argument("--root", default="population")
    ap.add_argument("--seed", type=int, default=0)
    a = ap.parse_args()
    train(a.name, a.root, seed=a.seed).save(f"{a.root}/{a.name}/final")
