"""The codebook says what the schema says, and gives a reason for each paragraph that no claim rests on."""

import re

from libya_analysis import coverage, load_tables
from libya_analysis.evidence.codebook import codebook
from libya_analysis.evidence.folders import shipped

TEXT = shipped("data").joinpath("README.md").read_text(encoding="utf-8")


def test_the_tables_of_the_codebook_are_those_of_the_schema() -> None:
    assert TEXT.endswith(codebook()), "run: libya-analysis codebook --write data/README.md"


def test_each_paragraph_has_claims_or_a_reason() -> None:
    counted = coverage(load_tables())
    claims = counted.drop(columns=["role", "rows", "actors"]).sum(axis=1)
    without = {place for place, count in claims.items() if not count}
    listed = TEXT.split("and why:")[1].split("Left out on purpose")[0]
    reasons = re.findall(r"^\| `([^`]+)` \| (P[^|]*) \|", listed, re.MULTILINE)
    assert without == {(source, paragraph) for source, cell in reasons for paragraph in cell.split(", ")}


def test_the_share_of_paragraphs_with_claims_is_the_one_stated() -> None:
    counted = coverage(load_tables()).query("role == 'body'")
    covered = (counted.drop(columns=["role", "rows", "actors"]).sum(axis=1) > 0).sum()
    assert f"{covered} of the {len(counted)} paragraphs of text" in TEXT
