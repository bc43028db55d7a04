import argparse

import pyspiel
import torch

from ladder import EloLadder
from player import DarkPlayer


def play_game(game, learner, opponent, learner_side, max_plies):
    state = game.new_initial_state()
    nets = {learner_side: learner, 1 - learner_side: opponent}
    memory = {side: net.new_game() for side, net in nets.items()}
    steps, plies = [], 0
    while not state.is_terminal() and plies < max_plies:
        side = state.current_player()
        obs = torch.tensor(state.observation_tensor(side))
        if side == learner_side:
            dist, value, memory[side] = learner(obs, state.legal_actions(), memory[side])
            move = dist.sample()
            steps.append((dist.log_prob(move), value, dist.entropy()))
        else:
            with torch.no_grad():
                dist, _, memory[side] = opponent(obs, state.legal_actions(), memory[side])
            move = dist.sample()
        state.apply_action(move.item())
        plies += 1
    result = state.returns()[learner_side] if state.is_terminal() else 0.0
    return steps, result


def learn(opt, net, games, gamma=0.99, beta=0.01):
    loss, n = 0.0, 0
    for steps, result in games:
        for k, (logp, value, ent) in enumerate(reversed(steps)):
            ret = result * gamma**k
            loss = loss - logp * (ret - value.detach()) + 0.5 * (ret - value) ** 2 - beta * ent
            n += 1
    opt.zero_grad()
    (loss / n).backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--rounds", type=int, default=20_000)
    ap.add_argument("--games", type=int, default=8, help="games per round, all against one rung")
    ap.add_argument("--board", type=int, default=4)
    ap.add_argument("--max-plies", type=int, default=120)
    ap.add_argument("--enter-every", type=int, default=200)
    ap.add_argument("--lr", type=float, default=2e-4)
    args = ap.parse_args()

    game = pyspiel.load_game("dark_chess", {"board_size": args.board})
    learner = DarkPlayer(game.observation_tensor_size(), game.num_distinct_actions())
    opt = torch.optim.Adam(learner.parameters(), lr=args.lr)
    ladder = EloLadder()
    ladder.enter("r0", learner)
    for rnd in range(1, args.rounds + 1):
        rung = ladder.opponent()
        games = []
        for g in range(args.games):
            steps, result = play_game(game, learner, rung.player, g % 2, args.max_plies)
            ladder.record(rung, (result + 1) / 2)
            if steps:
                games.append((steps, result))
        if games:
            learn(opt, learner, games)
        if rnd % args.enter_every == 0:
            ladder.enter(f"r{rnd}", learner)
            print(f"round {rnd} elo {ladder.learner_elo:.1f}\n{ladder.table()}")
            torch.save(learner.state_dict(), "darkchess.pt")


if __name__ == "__main__":
    main()
