import argparse

from gymnasium.wrappers import TimeLimit
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

from league.callback import AddToLeague
from league.grid import Tag
from league.opponent import Opponent


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--envs", type=int, default=8)
    p.add_argument("--steps", type=int, default=5_000_000)
    p.add_argument("--every", type=int, default=10)
    args = p.parse_args()
    tags = [Tag() for _ in range(args.envs)]
    venv = DummyVecEnv([lambda t=t: Monitor(TimeLimit(t, 200)) for t in tags])
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=128, batch_size=256, ent_coef=0.01, verbose=1)
    opponents = []
    for t in tags:
        t.opponent = Opponent(model.policy)
        opponents.append(t.opponent)
    model.learn(args.steps, callback=AddToLeague(opponents, args.every))
    model.save("tag")


if __name__ == "__main__":
    main()
