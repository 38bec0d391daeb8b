"""What is asked of GitHub's GraphQL API: a page of 25 changes with all that belongs to them costs two or three
points."""

CHANGES_A_PAGE = 25

CHANGES = """
query($owner: String!, $name: String!, $after: String, $size: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequests(first: $size, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number title body state isDraft createdAt updatedAt publishedAt mergedAt closedAt additions deletions
        headRefName headRefOid baseRefName
        author { __typename login }
        mergedBy { __typename login }
        mergeCommit { oid }
        labels(first: 20) { nodes { name } }
        commits(first: 100) {
          nodes { commit { oid authoredDate committedDate messageHeadline messageBody additions deletions } }
        }
        reviews(first: 100) { nodes { state submittedAt body author { __typename login } } }
        comments(first: 100) { nodes { createdAt body author { __typename login } } }
        files(first: 100) { nodes { path additions deletions } }
        closingIssuesReferences(first: 10) { nodes { number repository { nameWithOwner } } }
        timelineItems(first: 50, itemTypes: [READY_FOR_REVIEW_EVENT, REVIEW_REQUESTED_EVENT]) {
          nodes {
            __typename
            ... on ReadyForReviewEvent { createdAt }
            ... on ReviewRequestedEvent { createdAt }
          }
        }
        tip: commits(last: 1) {
          nodes {
            commit {
              oid
              statusCheckRollup {
                contexts(first: 100) {
                  nodes {
                    __typename
                    ... on CheckRun { name status conclusion startedAt completedAt checkSuite { createdAt } }
                    ... on StatusContext { context state createdAt }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
"""

PROJECT = """
query($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    viewerPermission
    mergeQueue { id }
    defaultBranchRef {
      name
      refUpdateRule {
        allowsForcePushes requiredApprovingReviewCount requiredStatusCheckContexts requiresCodeOwnerReviews
      }
      branchProtectionRule {
        allowsForcePushes requiresApprovingReviews requiredApprovingReviewCount requiresStatusChecks
        requiredStatusCheckContexts requiresCodeOwnerReviews dismissesStaleReviews isAdminEnforced
      }
    }
  }
}
"""

ITEMS = """
query($owner: String!, $name: String!, $after: String, $since: DateTime!) {
  repository(owner: $owner, name: $name) {
    issues(first: 100, after: $after, filterBy: {since: $since}, orderBy: {field: UPDATED_AT, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes { number title createdAt updatedAt closedAt labels(first: 20) { nodes { name } } }
    }
  }
}
"""

DEPLOYMENTS = """
query($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    deployments(first: 100, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        databaseId environment commitOid createdAt description
        ref { name }
        statuses(first: 20) { nodes { state createdAt } }
      }
    }
  }
}
"""

RELEASES = """
query($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    releases(first: 100, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor }
      nodes { tagName name isDraft isPrerelease createdAt publishedAt tagCommit { oid } }
    }
  }
}
"""

TEAMS = """
query($owner: String!, $after: String) {
  organization(login: $owner) {
    teams(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { slug members(first: 100) { nodes { login } } }
    }
  }
}
"""

ALL = {
    "changes": CHANGES,
    "project": PROJECT,
    "items": ITEMS,
    "deployments": DEPLOYMENTS,
    "releases": RELEASES,
    "teams": TEAMS,
}
