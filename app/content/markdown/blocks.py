"""The blocks that pages have beyond Markdown: ``::: note``, ``::: tabs``, ``::: operation``."""

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock

from app.content.markdown.lines import Fences

CALLOUTS: Final = ("note", "tip", "warning", "danger")
TABS: Final = "tabs"
OPERATION: Final = "operation"
OPENING: Final = re.compile(r":{3,}\s*([a-z]+)(?:\s+(.*?))?\s*")
CLOSING: Final = re.compile(r":{3,}\s*")
TAB: Final = re.compile(r"==\s+(\S.*?)\s*")
INTERRUPTS: Final[RuleOptionsType] = {"alt": ["paragraph", "reference", "blockquote", "list"]}
WITH_CONTENT: Final = (*CALLOUTS, TABS)


def install(markdown: MarkdownIt) -> None:
    """Let the parser know the blocks.

    It yields ``block_open`` and ``block_close`` with the kind in ``info`` and the title in
    ``meta``, ``tab`` with its title, and ``operation`` with its two words. What is wrong goes to
    the list ``problems`` of the environment, as pairs of a line from 0 and a text.
    """
    markdown.block.ruler.before("fence", "portal_block", _block, INTERRUPTS)
    markdown.block.ruler.before("fence", "portal_tab", _tab, INTERRUPTS)


def _block(state: StateBlock, begin: int, end: int, silent: bool) -> bool:
    found = OPENING.fullmatch(_text(state, begin))
    if state.is_code_block(begin) or found is None:
        return False
    kind, rest = found[1], found[2] or ""
    if kind not in {*WITH_CONTENT, OPERATION}:
        if not silent:
            _problem(state, begin, f"::: {kind} is not known: correct the word")
        return False
    if silent:
        return True
    if kind == OPERATION:
        return _operation(state, begin, rest)
    _with_content(state, begin, end, (kind, rest))
    return True


def _operation(state: StateBlock, begin: int, rest: str) -> bool:
    words = rest.split()
    if len(words) != len(("slug", "operation")):
        _problem(state, begin, "::: operation needs the folder of the API and the operation's ID")
        return False
    token = state.push(OPERATION, "", 0)
    token.map, token.meta = [begin, begin + 1], {"words": words}
    state.line = begin + 1
    return True


def _with_content(state: StateBlock, begin: int, end: int, what: tuple[str, str]) -> None:
    kind, title = what
    close = _closing_line(state, begin, end)
    if close is None:
        _problem(state, begin, f"::: {kind} is never closed: add a line with :::")
    last = end if close is None else close
    token = state.push("block_open", "", 1)
    token.map, token.info, token.meta = [begin, last], kind, {"title": title}
    kept = state.lineMax, state.parentType, state.env.get(TABS, False)
    state.lineMax, state.parentType, state.env[TABS] = last, "root", kind == TABS
    state.md.block.tokenize(state, begin + 1, last)
    state.lineMax, state.parentType, state.env[TABS] = kept
    state.push("block_close", "", -1)
    state.line = last + (close is not None)


def _closing_line(state: StateBlock, begin: int, end: int) -> int | None:
    depth, fences = 1, Fences()
    for line in range(begin + 1, end):
        text = _text(state, line)
        if text and state.sCount[line] < state.blkIndent:
            return None
        if fences.holds(text):
            continue
        opened = OPENING.fullmatch(text)
        depth += opened is not None and opened[1] in WITH_CONTENT
        depth -= CLOSING.fullmatch(text) is not None
        if depth == 0:
            return line
    return None


def _tab(state: StateBlock, begin: int, end: int, silent: bool) -> bool:
    del end
    found = TAB.fullmatch(_text(state, begin)) if state.env.get(TABS) else None
    if found is None or state.is_code_block(begin):
        return False
    if not silent:
        token = state.push("tab", "", 0)
        token.map, token.meta = [begin, begin + 1], {"title": found[1]}
        state.line = begin + 1
    return True


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _problem(state: StateBlock, line: int, text: str) -> None:
    problems = state.env["problems"]
    if (line, text) not in problems:
        problems.append((line, text))
