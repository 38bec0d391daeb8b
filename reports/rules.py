"""Who may read a result, contest a cap, and have a report made. All are asked with the assessment.

Everybody in the team reads the result and downloads the report; those who lead or advise it have it made.
"""

import rules

from assessment.rules import sees_its_team, staffs_its_team

rules.add_perm("reports.view_result", sees_its_team)
rules.add_perm("reports.contest_cap", staffs_its_team)
rules.add_perm("reports.request_report", staffs_its_team)
rules.add_perm("reports.download_report", sees_its_team)
