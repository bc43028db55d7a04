"""Event vocabulary: 0 = begin, 1 = end, 2 = hold, 3 = rest, 4.. = pitches."""
BEGIN, END, HOLD, REST = range(4)
FIRST_PITCH = 48
N_PITCHES = 36
SIZE = 4 + N_PITCHES
C_MAJOR = {0, 2, 4, 5, 7, 9, 11}


def pitch(event):
    return FIRST_PITCH + event - 4 if event >= 4 else None


def to_events(notes):
    """notes: list of (midi, eighths); midi None is a rest."""
    events = [BEGIN]
    for midi, length in notes:
        events.append(REST if midi is None else midi - FIRST_PITCH + 4)
        events.extend([HOLD] * (length - 1))
    return events + [END]
