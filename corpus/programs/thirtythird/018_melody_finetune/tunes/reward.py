from . import vocab


def score(events):
    pitches = [vocab.pitch(e) for e in events if e >= 4]
    if len(pitches) < 4:
        return -5.0
    r = 0.0
    in_key = sum(p % 12 in vocab.C_MAJOR for p in pitches) / len(pitches)
    r += 3.0 * in_key
    leaps = [abs(a - b) for a, b in zip(pitches, pitches[1:])]
    r -= sum(x > 9 for x in leaps) * 0.5
    r += sum(0 < x <= 4 for x in leaps) / len(leaps)
    r += 2.0 if pitches[-1] % 12 == 0 else 0.0
    longest, run = 0, 0
    for a, b in zip(pitches, pitches[1:]):
        run = run + 1 if a == b else 0
        longest = max(longest, run)
    return r - 0.7 * max(0, longest - 2)
