"""Tandem: a Telegram bot for practising Italian."""
from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from language_tool_python import LanguageTool
from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes, MessageHandler, filters

from policy import EXERCISES, ExercisePolicy, turn_vector

WEIGHTS = Path(os.environ.get("TANDEM_WEIGHTS", "weights/policy.pt"))
ADMIN = int(os.environ.get("TANDEM_ADMIN", "0"))


@dataclass
class Talk:
    version: int
    h: torch.Tensor | None = None
    last: float = 0.0


class Tutor:
    def __init__(self) -> None:
        self.policy = ExercisePolicy().eval()
        self.version = 0
        self.mtime = 0.0
        self.talks: dict[int, Talk] = {}
        self.check = LanguageTool("it")
        self.reload()

    def reload(self) -> None:
        self.policy.load_state_dict(torch.load(WEIGHTS, map_location="cpu"))
        self.mtime = WEIGHTS.stat().st_mtime
        self.version += 1

    def talk(self, chat: int) -> Talk:
        talk = self.talks.get(chat)
        if talk is None or talk.version != self.version:
            talk = Talk(self.version)
            self.talks[chat] = talk
        return talk

    @torch.no_grad()
    def next_exercise(self, chat: int, text: str) -> str:
        mistakes = len(self.check.check(text))
        talk = self.talk(chat)
        delay = time.time() - talk.last if talk.last else 0.0
        talk.last = time.time()
        x = turn_vector(text, mistakes, delay).view(1, 1, -1)
        logits, talk.h = self.policy(x, talk.h)
        return EXERCISES[int(torch.multinomial(logits.softmax(-1)[0], 1))]

    def forget(self, chat: int) -> None:
        self.talks.pop(chat, None)


tutor = Tutor()
PROMPTS = {
    "dialogue": "Sei al bar. Ordina qualcosa!",
    "gap_text": "Completa: Ieri io ___ al mercato.",
    "translate": "Traduci: I have been living here for two years.",
    "listen": "Ascolta e scrivi quello che senti.",
    "describe_picture": "Cosa vedi nella foto?",
    "small_talk": "E allora, come va oggi?",
}


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    tutor.forget(update.effective_chat.id)
    await update.message.reply_text("Ciao! Parliamo un po'?")


async def on_text(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    exercise = tutor.next_exercise(update.effective_chat.id, update.message.text)
    await update.message.reply_text(PROMPTS[exercise])


async def reload_command(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.effective_user.id != ADMIN:
        return
    tutor.reload()
    await update.message.reply_text(f"version {tutor.version}")


async def look_for_weights(context: ContextTypes.DEFAULT_TYPE) -> None:
    if WEIGHTS.stat().st_mtime != tutor.mtime:
        tutor.reload()


def main() -> None:
    app = Application.builder().token(os.environ["TANDEM_TOKEN"]).build()
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CommandHandler("reload", reload_command))
    app.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, on_text))
    app.job_queue.run_repeating(look_for_weights, interval=60)
    app.run_polling()


if __name__ == "__main__":
    main()
