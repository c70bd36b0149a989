"""Every error that cleanpipe raises on purpose. Each message says what, where, and what to do.

CleanpipeError
    UsageError        what was asked for makes no sense
    InputError        an input that can't be opened or isn't what it was said to be
    SettingsError     a settings file with a mistake
    RuleError         a rule file with a mistake, or a rule whose own examples fail
    ArchiveError      an output directory that can't be used as it is
        ArchiveBusyError      another run has it open
        ArchiveVersionError   made by another version, or with other settings or rules
    MissingExtraError a format or command whose optional dependency isn't installed
"""

from __future__ import annotations


class CleanpipeError(Exception):
    """Base of all; the message is meant for a person."""


class UsageError(CleanpipeError):
    pass


class InputError(CleanpipeError):
    pass


class SettingsError(CleanpipeError):
    pass


class RuleError(CleanpipeError):
    pass


class ArchiveError(CleanpipeError):
    pass


class ArchiveBusyError(ArchiveError):
    pass


class ArchiveVersionError(ArchiveError):
    pass


class MissingExtraError(CleanpipeError):
    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the extra [{extra}]: pip install 'cleanpipe[{extra}]'")
        self.extra = extra
