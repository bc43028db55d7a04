"""Call and response over MIDI. The player's programme changes pick the partner's style, STOP ends a take."""
import sys
import time

import mido

from partner import Partner, StyleShelf


def play(port_in, port_out, shelf_path, program=0):
    partner = Partner(StyleShelf(shelf_path), program)
    sounding = {}
    last = time.monotonic()
    with mido.open_input(port_in) as source, mido.open_output(port_out) as sink:
        for msg in source:
            now = time.monotonic()
            if msg.type == "note_on" and msg.velocity > 0:
                reply = partner.answer(msg.note, now - last)
                last = now
                if reply is not None:
                    sounding[msg.note] = reply
                    sink.send(mido.Message("note_on", note=reply, velocity=max(1, msg.velocity - 10)))
            elif msg.type in ("note_off", "note_on"):
                reply = sounding.pop(msg.note, None)
                if reply is not None:
                    sink.send(mido.Message("note_off", note=reply))
            elif msg.type == "program_change":
                if partner.change_style(msg.program):
                    print("style:", partner.title)
            elif msg.type == "stop":
                for reply in sounding.values():
                    sink.send(mido.Message("note_off", note=reply))
                sounding.clear()
                partner.count_in()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        print("inputs ", mido.get_input_names())
        print("outputs", mido.get_output_names())
        sys.exit("usage: session.py IN OUT [styles.db]")
    play(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "styles.db")
