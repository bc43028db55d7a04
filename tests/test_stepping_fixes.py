"""Unsafe fixes of the rules on stepping: what they write parses, is clean, settles, and carries the state when run."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest
from fixture_marks import FIXED, FIXTURES, UNSAFE
from linting import lint

RULES = ("RSH005", "RSH006", "RSH010")
PROGRAMS = sorted(
    path for rule in RULES for path in (FIXTURES / rule).glob("*.py") if not path.name.endswith((FIXED, UNSAFE))
)
NO_FIX = {
    "mask_the_wrong_way_round", "none_said_at_each_step", "asked_for_one_step_by_a_function",
    "dataclass_state_of_a_model", "two_kinds_of_fighters", "partner_new_each_round", "tide_read_after_the_reset",
    "episode_begun_by_no_flag",
    "attribute_of_any_name", "each_of_many_in_a_comprehension_again", "entry_of_a_dict_by_get",
    "visit_to_another_world", "quarry_opened_by_a_function", "each_net_plays_several_episodes",
    "rllib_state_over_evenings", "wards_that_admit_and_treat", "rider_sees_no_flag_of_its_step",
    "network_told_by_a_default_to_go_on", "players_made_for_the_first_round",
    "told_but_a_round_is_cut", "told_but_a_round_may_be_skipped", "walker_makes_itself_another_world",
    "worlds_begun_behind_a_lowered_flag", "copies_for_all_games", "memory_beside_the_action",
    "memory_begun_for_each_epoch",
    "masks_of_something_else", "something_else_is_handed_out", "rows_cleared_in_a_copy",
    "abstract_pilot_handed_on", "act_in_a_class", "class_handed_to_a_function", "one_member_of_a_union",
    "state_overwritten_in_the_loop", "agent_told_of_some_rounds_only", "told_of_some_rounds_only",
    "wrapper_called_without_state", "agent_never_told", "own_network_in_a_loop", "default_of_a_wrapper",
    "mask_made_at_each_call", "state_left_out_elsewhere", "opponent_handed_to_an_environment",
    "agent_asked_by_an_environment", "networks_that_do_not_read_what_they_are_handed",
    "state_from_before_the_loop", "state_none_from_before_the_loop", "cut_in_a_round_that_is_not_told",
    "flag_of_the_last_rollout", "backend_that_forgets", "masks_of_a_vector_stay_down",
    "mask_of_one_game_stays_down", "starts_stay_up",
    "next_state_put_into_a_dict", "asked_to_act_for_good", "predicts_with_what_it_was_left_with",
    "window_and_state_kept_together",
    "received_by_a_bundle_of_parts", "pumps_and_a_store_of_unknown_class", "rovers_in_a_dict_of_parts",
    "state_from_before_the_loop_one_step_seen",
    "signal_cut_into_pieces", "microphone_in_pieces", "output_of_a_process_in_pieces",
    "one_observation_at_a_time_of_an_own_network", "one_reading_at_a_time_from_a_port",
    "one_tick_at_a_time_in_a_controller",
    "masked_algorithm_of_ones_own", "flown_by_methods_of_its_own", "forecast_fed_with_itself",
    "sb3_wrappers_of_several_algorithms",
    "flag_of_an_agent", "flag_or_ones", "made_anew_in_the_loop", "features_extractor_keeps_its_state",
    "policy_keeps_its_state",
    "vec_env_ends_ignored", "opponent_in_the_step_of_an_environment",
    "two_policies_in_one_loop", "reset_inside_an_expression", "vec_env_of_the_model", "epoch_of_fixed_length",
    "evaluation_on_the_training_environment", "evaluation_handed_the_training_environment",
    "mask_of_legal_moves", "no_ends_among_the_inputs", "renamed_from_step_to_step", "replayed_beside_a_carried_state",
    "vector_env_ends_go_into_returns", "maskable_of_the_project", "name_from_the_command_line",
    "out_of_whichever_library", "star_import_out_of_view", "steps_only_two_of_three_ends",
    "stored_on_its_way", "initial_state_in_the_loop", "own_memory_cleared_at_each_step", "zeros_for_a_cell_in_the_loop",
    "callback_of_a_timer", "endless_loop_in_another_method", "guard_asks_for_what_is_not_there",
    "guard_that_never_passes_in_a_class", "next_of_a_strategy", "dict_of_states_begun_once",
    "episodes_in_a_comprehension", "network_called_as_an_object",
    "object_that_is_called_keeps_its_state", "opponent_kept_over_resets", "rollout_renames_inside",
    "opponent_of_a_method_kept_over_resets",
    "method_under_a_name", "partial_of_the_method", "candle_after_candle",
    "message_after_message", "list_of_states_begun_once", "episodes_in_a_generator_expression",
    "function_that_asks_to_be_called_again", "job_of_a_schedule",
    "module_variable_over_episodes", "closure_over_episodes",
    "flag_of_the_object_that_plays", "live_market_starts_each_time", "initial_state_for_one_step_of_an_lstm",
    "ensemble_for_a_simulation", "frame_after_frame", "initial_state_in_the_call", "robot_on_a_board",
    "arguments_in_a_dict", "ends_only_counted", "evaluated_on_the_state_of_training", "library_by_its_name",
    "started_for_good", "policy_out_of_view", "flag_handed_to_the_reset",
    "rows_restart_in_the_step", "one_of_three_classes_in_turn", "stored_under_another_flag",
    "told_before_the_flag_is_made", "rollout_asked_for_in_two_arms", "detached_on_its_way_back",
    "rollout_begun_without_forgetting", "one_rollout_in_three", "deals_anew_and_tells_nobody",
    "opponent_kept_where_the_step_resets", "rollouts_begun_anew", "tested_on_zeros", "maps_changed_before_a_rollout",
    "flag_cleared_with_the_reset", "state_in_the_place_of_a_number", "state_in_its_place_in_training_alone",
    "state_under_the_name_of_another", "told_of_one_of_two_ends", "multiplied_before_the_flag_is_made",
    "multiplies_a_copy",
    "evaluated_with_a_flag_for_each_agent", "evaluated_with_an_entry_of_the_flags",
    "evaluated_beside_a_variable_of_the_same_name",
    "lot_broken_off_at_an_end", "lot_broken_off_in_a_world_that_restarts", "lot_broken_off_when_all_are_over",
    "helper_made_by_the_base", "evaluator_made_by_the_base", "passes_begun_once", "passes_step_by_step",
    "passes_beside_the_rollout", "passes_by_number", "said_after_two_observations",
    "committee_asked_without_its_states",
    "pilots_by_name_without_their_states", "received_and_sent_in_turn", "ends_cut_off",
    "entries_of_an_attribute_go_on", "flag_negated_for_another_thing", "others_under_made_keys_go_on",
    "flag_begins_another_thing", "state_in_an_entry_of_what_comes_out",
    "leaks_and_is_not_told", "ended_ones_only_counted",
    "thoughts_that_are_held_elsewhere", "networks_that_are_stepped",
    "device_trial", "laps_of_a_time_trial",
    "tensordict_whose_is_init_nobody_reads", "dict_with_an_initial_scale",
    "row_out_of_the_table_goes_on",
    "initial_state_for_each_exercise_of_a_lesson",
    "deep_player_forgets_on_the_wrong_arm",
    "wrapper_that_begins_anew_and_tells_nobody",
    "rows_cleared_by_their_numbers_in_a_copy",
    "epochs_cut_and_the_state_of_a_deep_network_goes_on",
}  # fmt: skip


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_fix_parses_is_clean_and_settles(path: Any) -> None:
    source = path.read_bytes()
    fixed = lint({path.name: source}, unsafe=True)
    assert fixed.refused == {}
    assert (fixed.fixed[path.name] != source) is (path.stem not in NO_FIX)
    ast.parse(fixed.fixed[path.name])
    again = lint({path.name: fixed.fixed[path.name]}, unsafe=True)
    assert again.fixed == fixed.fixed, "a second fix changes something"
    if path.stem not in NO_FIX:
        assert [each.code for each in again.findings if each.code in RULES] == []


@dataclass
class Policy:
    """Stands for a recurrent policy: its state counts the steps of the episode; what it was at each call is kept."""

    met: list[int] = field(default_factory=list)

    def predict(self, obs: object, state: Any = None, episode_start: Any = None, deterministic: bool = False) -> Any:
        starts = False if episode_start is None else bool(episode_start)
        memory = 0 if state is None or starts else state
        self.met.append(memory)
        return 0, memory + 1


@dataclass
class Env:
    """Episodes of three steps; ``new`` says which of the two forms of ``step`` it has."""

    new: bool
    at: int = 0

    def reset(self, **_: object) -> Any:
        self.at = 0
        return (0, {}) if self.new else 0

    def step(self, _: object) -> Any:
        self.at += 1
        return (0, 1.0, self.at == 3, False, {}) if self.new else (0, 1.0, self.at == 3, {})

    def advance(self, action: int) -> int:
        """A step of a plant that is called so."""
        return action


NEW = """\
from sb3_contrib import RecurrentPPO
import stand_in

env = stand_in.make()
model = RecurrentPPO.load("x.zip")
obs, _ = env.reset()
{before}for _ in range(7):
    {predict}
    obs, reward, terminated, truncated, _ = env.step(action)
    if terminated or truncated:
        obs, _ = env.reset()
"""
OLD = """\
from sb3_contrib import RecurrentPPO
import stand_in

env = stand_in.make()
model = RecurrentPPO.load("x.zip")
for _ in range(2):
    obs = env.reset()
    {before}done = False
    while not done:
        {predict}
        obs, reward, done, info = env.step(action)
"""
STATE = "state = None\n"
WRONG = {
    "no state": ("", "action, _ = model.predict(obs)", ["RSH005"]),
    "indexed": ("", "action = model.predict(obs, deterministic=True)[0]", ["RSH005"]),
    "None": ("", "action, state = model.predict(obs, None)", ["RSH005"]),
    "never told": (STATE, "action, state = model.predict(obs, state=state, episode_start=True)", ["RSH010"]),
    "dropped and never told": ("start = True\n", "action, _ = model.predict(obs, episode_start=start)", ["RSH005"]),
    "over the end": (STATE, "action, state = model.predict(obs, state=state)", ["RSH006"]),
}


@pytest.mark.parametrize("new", [True, False], ids=["terminated, truncated", "done"])
@pytest.mark.parametrize("which", WRONG)
def test_a_fixed_loop_has_the_memory_of_the_episode(which: str, new: bool) -> None:
    before, predict, codes = WRONG[which]
    if which == "over the end" and not new:
        before = ""  # made before the loop over the episodes
    text = (NEW if new else OLD).format(before=before if new else before.replace("\n", "\n    "), predict=predict)
    if which == "over the end" and not new:
        text = text.replace("for _ in range(2)", f"{STATE}for _ in range(2)")
    program = {"play.py": text.encode()}
    found = lint(program, unsafe=True)
    assert [each.code for each in found.findings] == codes
    wanted = [0, 1, 2, 0, 1, 2, 0][: 7 if new else 6]
    assert played(text, new) != wanted
    assert played(found.fixed["play.py"].decode(), new) == wanted


LIVE = """\
from sb3_contrib import RecurrentPPO
import stand_in

plant = stand_in.make()
model = RecurrentPPO.load("x.zip")
seen = 0
for _ in range(5):
    action, _ = model.predict(seen)
    seen = plant.advance(action)
"""


def test_a_fixed_loop_without_an_environment_has_the_memory_of_all_rounds() -> None:
    found = lint({"play.py": LIVE.encode()}, unsafe=True)
    assert [each.code for each in found.findings] == ["RSH005"]
    assert played(LIVE, True) == [0, 0, 0, 0, 0]
    assert played(found.fixed["play.py"].decode(), True) == [0, 1, 2, 3, 4]


def played(text: str, new: bool) -> list[int]:
    """What the policy remembered at each step when the program is run."""
    policy = Policy()
    module = ModuleType("play")
    algorithm = type("RecurrentPPO", (), {"load": staticmethod(lambda _: policy)})
    stand_in = type("stand_in", (), {"make": staticmethod(lambda: Env(new))})
    vars(module).update(RecurrentPPO=algorithm, stand_in=stand_in)
    body = re.sub(r"^(from|import) .*$", "", text, flags=re.MULTILINE)
    exec(compile(body, "play.py", "exec"), vars(module))
    return policy.met
