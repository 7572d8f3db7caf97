"""The tables of the room: a session (`event`), its board and its harvest, and who signed up for it (`registration`)."""

from kb.events.models.board import Board, BoardColumn, Note, NoteState, Participant, Vote
from kb.events.models.event import (
    DiscussedCase,
    Event,
    EventStatus,
    LearningQuestion,
    Material,
    ProgrammeItem,
    Registration,
    Room,
    Series,
    Setting,
    event_lead,
)
from kb.events.models.harvest import Harvested, HarvestKind, NoteGroup, grouped_note, harvested_note
from kb.events.models.registration import Signup, SignupState

__all__ = [
    "Board",
    "BoardColumn",
    "DiscussedCase",
    "Event",
    "EventStatus",
    "HarvestKind",
    "Harvested",
    "LearningQuestion",
    "Material",
    "Note",
    "NoteGroup",
    "NoteState",
    "Participant",
    "ProgrammeItem",
    "Registration",
    "Room",
    "Series",
    "Setting",
    "Signup",
    "SignupState",
    "Vote",
    "event_lead",
    "grouped_note",
    "harvested_note",
]
