import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from callbacks import EvalExploitCallback, ScoreBoard
from yard_env import LongTrainEnv


def main() -> None:
    ap = argparse.ArgumentParser(description="one member of the population; start it N times")
    ap.add_argument("member", type=int)
    ap.add_argument("--board", default="/tmp/consist_board")
    ap.add_argument("--steps", type=int, default=3_000_000)
    ap.add_argument("--envs", type=int, default=8)
    args = ap.parse_args()

    venv = make_vec_env(LongTrainEnv, n_envs=args.envs, seed=100 * args.member)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=128,
        batch_size=256,
        ent_coef=0.003,
        policy_kwargs={"lstm_hidden_size": 64},
        seed=args.member,
    )
    callback = EvalExploitCallback(args.member, ScoreBoard(args.board), LongTrainEnv())
    model.learn(args.steps, callback=callback)
    model.save(f"consist_{args.member}")


if __name__ == "__main__":
    main()
