import random


def true_bid(bid, dice):
    count, face = 1 + (bid - 1) // 6, (bid - 1) % 3
    return sum(d == face for d in dice) >= count


def play_hand(first, second):
    """One hand; `first` opens. Returns +1 where `first` wins, and the log probabilities of both."""
    seats, logs = (first, second), ([], [])
    dice = (random.randrange(3), random.randrange(3))
    last, turn = 0, 0
    while True:
        if last == 12:
            pick = 0
        else:
            pick, logp = seats[turn].choose(dice[turn], last, turn == 0)
            logs[turn].append(logp)
        if pick == 0:
            caller_wins = not true_bid(last, dice)
            winner = turn if caller_wins else 1 - turn
            for s in seats:
                s.end_hand()
            return (1 if winner == 0 else -1), logs
        last = pick
        turn = 1 - turn
