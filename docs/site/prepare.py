"""Gathers the pages of the documentation site: prepare.py DRAGOMAN FOLDER

FOLDER gets what mkdocs.yml beside this file reads: README.md as the first page, the pages of docs, one for each command from its
--help, and those of the interfaces. Links to files of the repository that are no pages become their names.
"""

import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"


def rewritten(text: str, page: pathlib.Path, place: pathlib.PurePath) -> str:
    """`page` as it stands at `place` in the site. Links and pictures that are there point to where they are now."""

    def replaced(match: re.Match) -> str:
        name, target, anchor = match["name"], match["target"], match["anchor"] or ""
        if "://" in target or target.startswith("mailto:"):
            return match[0]
        if not target:
            return match[0]
        wanted = (page.parent / target).resolve()
        if wanted.is_dir():
            wanted = wanted / "README.md"
        if wanted == ROOT / "README.md":
            found = pathlib.PurePath("index.md")
        elif wanted.is_relative_to(DOCS) and wanted.exists():
            found = wanted.relative_to(DOCS)
        else:
            where = (page.parent / target).resolve()
            path = where.relative_to(ROOT) if where.is_relative_to(ROOT) else target
            return name if name.strip("`") == str(path) else f"{name} (`{path}`)"
        up = pathlib.PurePath(*[".."] * (len(place.parts) - 1))
        return f"[{name}]({up / found}{anchor})"

    link = re.compile(r"\[(?P<name>[^\]\[]+)\]\((?P<target>[^)#\s]*)(?P<anchor>#[^)\s]*)?\)")
    # What stands in blocks of code is no link.
    return "\n".join(line if line.startswith("    ") else link.sub(replaced, line) for line in text.split("\n"))


def copy_pages(folder: pathlib.Path) -> None:
    for path in sorted(DOCS.rglob("*")):
        place = path.relative_to(DOCS)
        if path.is_dir() or place.parts[0] == "site":
            continue
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            (folder / place).write_text(rewritten(path.read_text(), path, place))
        else:
            shutil.copyfile(path, folder / place)
    readme = ROOT / "README.md"
    (folder / "index.md").write_text(rewritten(readme.read_text(), readme, pathlib.PurePath("index.md")))
    changes = ROOT / "CHANGELOG.md"
    (folder / "changes.md").write_text(rewritten(changes.read_text(), changes, pathlib.PurePath("changes.md")))


def said(*words: object) -> str:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True).stdout


def write_commands(dragoman: str, folder: pathlib.Path) -> None:
    commands = re.findall(r"^  dragoman ([a-z]+)  +(.*)$", said(dragoman, "--help"), re.MULTILINE)
    assert len(commands) > 10, "dragoman --help lists no commands"
    (folder / "commands").mkdir()
    rows = "".join(f"| [{name}]({name}.md) | {summary} |\n" for name, summary in commands)
    (folder / "commands/index.md").write_text(f"# Commands\n\n| | |\n|---|---|\n{rows}")
    for name, summary in commands:
        text = said(dragoman, name, "--help", "all").rstrip()
        page = f"# dragoman {name}\n\n{summary[:1].upper()}{summary[1:]}.\n\n```text\n{text}\n```\n"
        (folder / f"commands/{name}.md").write_text(page)


def write_interfaces(folder: pathlib.Path) -> None:
    (folder / "interfaces").mkdir()
    shown = {"show_source": "false", "show_labels": "false", "separate_signature": "true", "members_order": "source",
             "show_signature_annotations": "true"}
    options = "    options:\n" + "".join(f"      {name}: {value}\n" for name, value in shown.items())
    (folder / "interfaces/python.md").write_text(
        f"# Python's interface\n\nHow to begin: [Python](../python.md).\n\n::: dragoman\n{options}"
    )
    (folder / "interfaces/cpp.md").write_text(
        "# The C++ library's interface\n\nHow to begin: [the C++ library](../library.md).\n\n"
        '<a href="../../cpp/annotated.html">Classes</a> and <a href="../../cpp/files.html">headers</a>, from their comments.\n'
    )


def main() -> None:
    dragoman, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copy_pages(folder)
    write_commands(dragoman, folder)
    write_interfaces(folder)


main()
