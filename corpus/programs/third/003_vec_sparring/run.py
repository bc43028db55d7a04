import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import SubprocVecEnv, VecMonitor

from sparring.callbacks import PromoteOnWinRate
from sparring.pitch import Pitch
from sparring.wrapper import SparringVecEnv


def parse():
    p = argparse.ArgumentParser()
    p.add_argument("--envs", type=int, default=16)
    p.add_argument("--steps", type=int, default=20_000_000)
    p.add_argument("--folder", default="generations")
    p.add_argument("--lstm", type=int, default=128)
    return p.parse_args()


def main():
    args = parse()
    env = SparringVecEnv(VecMonitor(SubprocVecEnv([Pitch for _ in range(args.envs)])))
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=512,
        policy_kwargs={"lstm_hidden_size": args.lstm},
        tensorboard_log="tb",
        verbose=1,
    )
    model.learn(args.steps, callback=PromoteOnWinRate(args.folder))
    model.save("final")


if __name__ == "__main__":
    main()
