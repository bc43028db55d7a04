import gradio as gr
import torch

from groove import VOICES, drummer, names


def parse(line):
    return [max(0, min(24, int(tok))) for tok in line.split() if tok.lstrip("-").isdigit()]


@torch.no_grad()
def play(who, line, heat, beat, mood, sheet):
    net = drummer(who)
    hits = []
    for note in parse(line):
        logits, mood = net(torch.tensor(note), torch.tensor(beat % 16), mood)
        probs = torch.softmax(logits / heat, -1)
        hits.append(VOICES[int(torch.multinomial(probs, 1))])
        beat += 1
    sheet = (sheet + "\n" if sheet else "") + f"[{who}] " + " ".join(hits)
    return beat, mood, sheet


def sit_down(who):
    return 0, None, f"-- {who} takes the stool --"


def build():
    who_all = names()
    with gr.Blocks(title="Drum partner") as demo:
        gr.Markdown("## Type bass notes (0-24), the drummer answers")
        beat, mood = gr.State(0), gr.State(None)
        with gr.Row():
            who = gr.Dropdown(who_all, value=who_all[0], label="Drummer")
            heat = gr.Slider(0.3, 2.0, value=1.0, label="Temperature")
        line = gr.Textbox(label="Bass line", placeholder="0 0 7 12")
        go = gr.Button("Play")
        again = gr.Button("From the top")
        sheet = gr.Textbox(label="Drums", lines=10)

        go.click(play, [who, line, heat, beat, mood, sheet], [beat, mood, sheet])
        who.change(sit_down, who, [beat, mood, sheet])
        again.click(sit_down, who, [beat, mood, sheet])
    return demo


if __name__ == "__main__":
    build().launch()
