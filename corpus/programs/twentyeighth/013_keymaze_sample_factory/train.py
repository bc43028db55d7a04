import sys

import torch
import torch.multiprocessing as mp
from sample_factory.algo.utils.make_env import make_env_func_batched
from sample_factory.algo.utils.rl_utils import prepare_and_normalize_obs
from sample_factory.cfg.arguments import parse_full_cfg, parse_sf_args
from sample_factory.envs.env_utils import register_env
from sample_factory.model.actor_critic import create_actor_critic
from sample_factory.utils.attr_dict import AttrDict

from maze_env import KeyMaze
from workers import ExplorerWorker


def make_maze(full_env_name, cfg=None, env_config=None, render_mode=None):
    return KeyMaze(full_env_name, cfg, render_mode)


def register():
    register_env("key_maze", make_maze)


def parse(argv=None):
    parser, _ = parse_sf_args(argv)
    parser.add_argument("--maze_size", default=11, type=int)
    parser.set_defaults(env="key_maze", use_rnn=True, rnn_type="gru", rnn_size=256, rollout=32,
                        num_workers=6, learning_rate=2e-4, normalize_input=False, device="cpu")
    return parse_full_cfg(parser, argv)


def loss_on(model, traj, gamma):
    carried, values, logps, entropy = traj["first"], [], [], []
    for obs, act, done in zip(traj["obs"], traj["act"], traj["done"]):
        out = model(prepare_and_normalize_obs(model, {"obs": obs}), carried)
        dist = model.action_distribution()
        values.append(out["values"])
        logps.append(dist.log_prob(act))
        entropy.append(dist.entropy())
        carried = out["new_rnn_states"] * (~done).float().unsqueeze(-1)
    with torch.no_grad():
        ret = model(prepare_and_normalize_obs(model, {"obs": traj["last"]}), carried)["values"]
    returns = []
    for rew, done in zip(traj["rew"].flip(0), traj["done"].flip(0)):
        ret = rew + gamma * ret * (~done).float()
        returns.append(ret)
    returns = torch.stack(returns[::-1])
    values, logps = torch.stack(values), torch.stack(logps)
    adv = returns - values
    return -(logps * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.003 * torch.stack(entropy).mean()


def main():
    mp.set_start_method("spawn")
    register()
    cfg = parse(sys.argv[1:])
    env = make_env_func_batched(cfg, env_config=AttrDict(worker_index=0, vector_index=0, env_id=0))
    model = create_actor_critic(cfg, env.observation_space, env.action_space)
    board = create_actor_critic(cfg, env.observation_space, env.action_space)
    board.load_state_dict(model.state_dict())
    board.share_memory()
    version, inbox = mp.Value("i", 0), mp.Queue(maxsize=2 * cfg.num_workers)
    workers = [ExplorerWorker(i, cfg, board, version, inbox) for i in range(cfg.num_workers)]
    for w in workers:
        w.start()
    opt = torch.optim.Adam(model.parameters(), lr=cfg.learning_rate)
    for update in range(200_000):
        traj = inbox.get()
        loss = loss_on(model, traj, cfg.gamma)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), cfg.max_grad_norm)
        opt.step()
        board.load_state_dict(model.state_dict())
        version.value += 1
        if update % 500 == 0:
            print(update, float(loss), traj["rew"].sum().item())
    torch.save(model.state_dict(), "key_maze.pt")


if __name__ == "__main__":
    main()
