"""Puts the parts together; the order of the fields is the order of thought."""

import datetime as dt
from dataclasses import replace

from assessment.models import Result
from core.language import ngettext
from reports.charts.scale import scale_words
from reports.charts.voices import WIDTH as VOICES_WIDTH
from reports.domain.remarks import CLOSING, DIMENSION, OPENING, ROADMAP
from reports.domain.report_data.change import change_section
from reports.domain.report_data.colophon import colophon_of
from reports.domain.report_data.findings import dimension_findings
from reports.domain.report_data.flow import flow_section, flow_today
from reports.domain.report_data.gather import Gathered, gather
from reports.domain.report_data.ledger import evidence_ledger, watch_scorecard
from reports.domain.report_data.method import control_map, ladder_of, method_of, risks_of, sources_of
from reports.domain.report_data.people import respondents
from reports.domain.report_data.plan import roadmap_plan
from reports.domain.report_data.practice import practice_page
from reports.domain.report_data.practice_types import PracticeData
from reports.domain.report_data.profile import control_profile
from reports.domain.report_data.redaction import redacted
from reports.domain.report_data.strips import dimension_strips
from reports.domain.report_data.summary import decision_of, headline_of, overall_sentences, scope_of
from reports.domain.report_data.types import ReportData
from reports.domain.report_data.voices import contradictions, voice_rows, voices_title
from reports.domain.report_data.workshop import workshop_section
from reports.models import Profile


def report_data(result: Result, profile: str = Profile.TEAM, *, today: dt.date | None = None) -> ReportData:
    """Everything the result page and the PDF show to readers of this profile; pages say what is stale `today`."""
    return assemble(redacted(gather(result, today=today), profile))


def practice_data(result: Result, practice: str, *, today: dt.date | None = None) -> PracticeData:
    """The arithmetic of one practice; raises KeyError when the maturity model has none of that id."""
    return practice_page(gather(result, today=today), practice)


def assemble(gathered: Gathered) -> ReportData:
    names = [level.name for level in gathered.model.scale.levels]
    ledger = evidence_ledger(gathered)
    remarks = {remark.place: remark for remark in gathered.remarks}
    return ReportData(
        scope=scope_of(gathered),
        headline=replace(headline_of(gathered), stale=_stale(gathered)),
        overall=overall_sentences(gathered),
        words=scale_words(names),
        voice_words=scale_words(names, width=VOICES_WIDTH),
        levels=ladder_of(gathered),
        strips=dimension_strips(gathered),
        voices=voice_rows(gathered),
        voices_title=voices_title(gathered),
        contradictions=contradictions(gathered),
        respondents=respondents(gathered),
        profile=control_profile(gathered),
        findings=tuple(
            replace(finding, remark=remarks.get(f"{DIMENSION}{finding.id}")) for finding in dimension_findings(gathered)
        ),
        roadmap=roadmap_plan(gathered),
        risks=risks_of(gathered),
        scorecard=watch_scorecard(gathered),
        ledger=ledger,
        method=method_of(gathered),
        control_map=control_map(gathered),
        sources=sources_of(gathered, ledger.rows),
        decision=decision_of(gathered),
        is_for_team=gathered.is_for_team,
        colophon=colophon_of(gathered),
        flow_today=flow_today(gathered),
        flow=flow_section(gathered),
        workshop=workshop_section(gathered.workshop),
        change=change_section(gathered),
        opening=remarks.get(OPENING),
        before_roadmap=remarks.get(ROADMAP),
        closing=remarks.get(CLOSING),
    )


def _stale(gathered: Gathered) -> str:
    """How many practices have outlived their term; empty where none has, and in print."""
    if not gathered.stale:
        return ""
    return ngettext(
        "What is known of {n} practice has outlived its term; its range is wider for it.",
        "What is known of {n} practices has outlived its term; their ranges are wider for it.",
        len(gathered.stale),
    ).format(n=len(gathered.stale))
