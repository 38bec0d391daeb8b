"""Who may read a result, contest a cap or a measurement, and have a report made. All are asked with the assessment.

Everybody in the team and its viewers read the result and download the report; those who lead or advise it have it made
share it by a link and add words of their own.
The what-if page is read like the result; everybody in the team may save a scenario, those who lead or advise it set the
inputs and choose what the report shows. The roadmap is read like the result and decided about by those who lead or
advise the team, who also connect its tracker and send actions there. How reports look is settled by the administrators
of the organization. Several teams side by side are for those who advise it.
"""

import rules

from accounts.rules import advises_organization, runs_organization
from assessment.rules import reads_its_team, sees_its_team, staffs_its_team

rules.add_perm("reports.view_result", reads_its_team)
rules.add_perm("reports.contest_cap", staffs_its_team)
rules.add_perm("reports.contest_evidence", sees_its_team)
rules.add_perm("reports.request_report", staffs_its_team)
rules.add_perm("reports.download_report", reads_its_team)
rules.add_perm("reports.view_portfolio", advises_organization)  # asked with the organization
rules.add_perm("reports.view_flow", reads_its_team)
rules.add_perm("reports.save_scenario", sees_its_team)
rules.add_perm("reports.show_scenario", staffs_its_team)
rules.add_perm("reports.delete_scenario", staffs_its_team)
rules.add_perm("reports.edit_flow_inputs", staffs_its_team)
rules.add_perm("reports.view_roadmap", reads_its_team)
rules.add_perm("reports.edit_roadmap", staffs_its_team)
rules.add_perm("reports.use_tracker", staffs_its_team)
rules.add_perm("reports.write_remark", staffs_its_team)
rules.add_perm("reports.share_report", staffs_its_team)
rules.add_perm("reports.edit_brand", runs_organization)  # asked with the organization
