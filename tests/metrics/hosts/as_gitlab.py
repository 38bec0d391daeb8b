"""The story as GitLab tells it: the least each type requires, with the story's values in it."""

from typing import Any

from metrics.signals.changes.types import Actor, Change, Check, Outcome, Verdict
from tests.metrics.hosts.server import filled, load
from tests.metrics.hosts.story import Telling, stamp

DESCRIPTION = load("gitlab.json")
SCHEMAS = DESCRIPTION["schemas"]
_NOTES = {
    Verdict.APPROVED: "approved this merge request",
    Verdict.DISMISSED: "unapproved this merge request",
    Verdict.CHANGES_REQUESTED: "requested changes",
}
_ENDS = {Outcome.PASSED: "success", Outcome.FAILED: "failed", Outcome.CANCELLED: "canceled", Outcome.SKIPPED: "skipped"}


def made(schema: str, **values: Any) -> Any:
    return filled({"$ref": f"#/schemas/{schema}"}, SCHEMAS, **values)


class AsGitLab:
    """What `tests.metrics.hosts.server` asks of a story. Numbers begin with an exclamation mark here."""

    def __init__(self, told: Telling, *, premium: bool = True) -> None:
        self.told, self.premium = told, premium
        self.by_pipeline = self._pipelines()

    def rest(self, path: str, params: dict[str, str]) -> Any:
        rest = path.removeprefix("/projects/{id}").removeprefix("/")
        if path.startswith("/projects") and params["id"] != "org/service":
            return None
        if rest.startswith("merge_requests/{iid}"):
            change = next(c for c in self.told.changes if c.number == f"#{params['iid']}")
            return getattr(self, rest.rpartition("/")[2])(change)
        if rest.startswith("pipelines/"):
            return self.jobs(int(params["pipeline_id"]))
        name = rest or "project"
        if path.startswith("/groups"):
            return [made("MemberSchema", username=each) for each in ("ada", "ben")]
        return getattr(self, f"list_{name}")(params)

    def list_project(self, _params: Any) -> Any:
        return made(
            "ProjectSchema",
            path_with_namespace="org/service",
            default_branch="main",
            only_allow_merge_if_pipeline_succeeds=bool(self.told.protection.requires_checks),
        )

    def list_protected_branches(self, _params: Any) -> Any:
        rules = self.told.protection
        owners = bool(rules.requires_owners)
        push = not rules.forbids_force_push
        return [made("ProtectedBranchSchema", name="main", allow_force_push=push, code_owner_approval_required=owners)]

    def list_approvals(self, _params: Any) -> Any:
        if not self.premium:
            return None
        return made(
            "ProjectLevelMergeRequestApprovalSchema", reset_approvals_on_push=True, merge_requests_author_approval=True
        )

    def list_approval_rules(self, _params: Any) -> Any:
        return [made("ProjectLevelApprovalRuleSchema", approvals_required=self.told.protection.approvals)]

    def list_merge_requests(self, params: Any) -> Any:
        latest = sorted(self.told.changes, key=self.told.touched)
        return [self.request(c) for c in latest if (stamp(self.told.touched(c)) or "") > params["updated_after"]]

    def request(self, change: Change) -> Any:
        return made(
            "MergeRequestSchemaWithBasicLabels",
            iid=int(change.number[1:]),
            title=change.title,
            description=change.body,
            state="merged" if change.merged_at else "opened",
            created_at=stamp(change.created_at),
            updated_at=stamp(self.told.touched(change)),
            merged_at=stamp(change.merged_at),
            closed_at=None,
            draft=change.is_draft,
            author=account(change.author),
            merged_by=account(change.merged_by) if change.merged_by else None,
            labels=list(change.labels),
            source_branch=change.source_branch,
            target_branch=change.target_branch,
            sha=change.head_commit,
            merge_commit_sha=change.merge_commit or None,
            squash_commit_sha=None,
        )

    def commits(self, change: Change) -> Any:
        return [
            made(
                "CommitSchema", id=push.sha, title=push.subject, message=push.subject,
                authored_date=stamp(push.authored_at), committed_date=stamp(push.committed_at),
            )
            for push in change.pushes
        ]  # fmt: skip

    def discussions(self, change: Change) -> Any:
        notes = []
        if change.ready_at != change.created_at:
            notes.append(note(change.author, change.ready_at, "marked this merge request as **ready**"))
        notes += [note(r.actor, r.at, _NOTES[r.verdict]) for r in change.reviews if r.verdict in _NOTES]
        for remark in change.remarks:
            text = "nit: rename this" if remark.is_mechanical else "This breaks when the list is empty"
            kind = "DiffNote" if remark.is_on_code else None
            notes.append(note(remark.actor, remark.at, text, system=False, type=kind))
        return [made("DiscussionSchema", notes=[each]) for each in notes]

    def diffs(self, change: Change) -> Any:
        return [
            made(
                "MergeRequestDiffSchema", old_path=f.path, new_path=f.path,
                diff="@@ -1 +1 @@\n" + "+new\n" * f.added + "-old\n" * f.deleted,
            )
            for f in change.files or ()
        ]  # fmt: skip

    def pipelines(self, change: Change) -> Any:
        return [
            made(
                "CondensedPipeline", sha=check.commit, ref=change.source_branch, status=_ENDS[check.outcome],
                created_at=stamp(check.queued_at), updated_at=stamp(check.finished_at),
            )
            for check in change.checks or ()
        ]  # fmt: skip

    def list_issues(self, params: Any) -> Any:
        return [
            made(
                "IssueSchema", iid=int(item.id[1:]), title=item.title, created_at=stamp(item.created_at),
                updated_at=stamp(item.created_at), closed_at=None, labels=[],
            )
            for item in self.told.items
            if (stamp(item.created_at) or "") > params["updated_after"]
        ]  # fmt: skip

    def list_deployments(self, params: Any) -> Any:
        return [
            made(
                "DeploymentSchema", iid=int(release.id.split()[1]), sha=release.commit, ref="main", status="success",
                updated_at=stamp(release.at), deployable=made("DeployableSchema", finished_at=stamp(release.at)),
                environment=made("EnvironmentSchema", name=release.environment),
            )
            for release in self.told.releases
            if (stamp(release.at) or "") > params["updated_after"]
        ]  # fmt: skip

    def list_releases(self, _params: Any) -> Any:
        return []

    def list_pipelines(self, params: Any) -> Any:
        found = []
        for n, runs in self.by_pipeline.items():
            if (stamp(runs[-1].finished_at) or "") > params["updated_after"]:
                found.append(
                    made(
                        "CondensedPipeline", id=n, sha=runs[0].commit, ref=runs[0].branch,
                        status=_ENDS[runs[-1].outcome],
                        source="merge_request_event" if runs[0].is_before_merge else "push",
                        created_at=stamp(runs[0].queued_at), updated_at=stamp(runs[-1].finished_at),
                    )
                )  # fmt: skip
        return found

    def jobs(self, pipeline: int) -> Any:
        return [
            made(
                "JobSchema", id=pipeline * 100 + run.attempt, name=run.name, status=_ENDS[run.outcome],
                created_at=stamp(run.queued_at), finished_at=stamp(run.finished_at), allow_failure=False,
            )
            for run in self.by_pipeline[pipeline]
        ]  # fmt: skip

    def list_vulnerabilities(self, _params: Any) -> Any:
        if not self.premium:
            return None
        kinds = {"dependency": "dependency_scanning", "code": "sast", "secret": "secret_detection"}
        return [
            made(
                "ProjectVulnerabilitySchema", id=int(alert.id.partition("#")[2]), severity=alert.severity,
                report_type=kinds[alert.family], created_at=stamp(alert.created_at),
                **({"resolved_at": stamp(alert.closed_at)} if alert.closed_at else {}),
            )
            for alert in self.told.alerts
        ]  # fmt: skip

    def list_groups(self, _params: Any) -> Any:
        return [made("SimpleGroupSchema", id=7, full_path="org")]

    def _pipelines(self) -> dict[int, list[Check]]:
        by_place: dict[Any, list[Check]] = {}
        for run in self.told.runs:
            by_place.setdefault((run.commit, run.branch), []).append(run)
        return {n: sorted(runs, key=lambda run: run.attempt) for n, runs in enumerate(by_place.values(), 1)}


def account(actor: Actor) -> Any:
    name = actor.id if actor.is_person else f"project_7_bot_{actor.id}"
    return made("SimpleUserSchema", username=name)


def note(author: Actor, at: Any, body: str, *, system: bool = True, type: str | None = None) -> Any:
    return made(
        "DiscussionNoteSchema", author=account(author), created_at=stamp(at), body=body, system=system, type=type
    )
