"""`cleanpipe completion`: the script that makes a shell complete commands, options and paths."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

INSTALL = {
    "bash": 'put this line into ~/.bashrc:  eval "$(cleanpipe completion bash)"',
    "zsh": 'put this line into ~/.zshrc, after compinit:  eval "$(cleanpipe completion zsh)"',
    "fish": "run once:  cleanpipe completion fish > ~/.config/fish/completions/cleanpipe.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(list(INSTALL)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL: bash (4.4 or newer), zsh or fish.

    Once it is installed, the Tab key completes commands, options and paths. The first line of the script says how to
    install it.

    \b
    Examples:
      eval "$(cleanpipe completion bash)"
      cleanpipe completion fish > ~/.config/fish/completions/cleanpipe.fish
    """
    kind = get_completion_class(shell)
    if kind is None:  # pragma: no cover  (click knows the three)
        raise click.UsageError(f"no completion for {shell}")
    root = ctx.find_root()
    script = kind(root.command, {}, "cleanpipe", "_CLEANPIPE_COMPLETE").source()
    lines = script.strip("\n").splitlines()
    # zsh wants its "#compdef" line to be the first.
    at = 1 if lines[0].startswith("#compdef") else 0
    click.echo("\n".join([*lines[:at], f"# To install, {INSTALL[shell]}", *lines[at:]]))
