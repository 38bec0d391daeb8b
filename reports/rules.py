"""Who may read a result, contest a cap or a measurement, and have a report made. All are asked with the assessment.

Everybody in the team and its viewers read the result and download the report; those who lead or advise it have it made.
The what-if page is read like the result; everybody in the team may save a scenario, those who lead or advise it set the
inputs and choose what the report shows. The roadmap is read like the result and decided about by those who lead or
advise the team, who also connect its tracker and send actions there.
"""

import rules

from assessment.rules import reads_its_team, sees_its_team, staffs_its_team

rules.add_perm("reports.view_result", reads_its_team)
rules.add_perm("reports.contest_cap", staffs_its_team)
rules.add_perm("reports.contest_evidence", sees_its_team)
rules.add_perm("reports.request_report", staffs_its_team)
rules.add_perm("reports.download_report", reads_its_team)
rules.add_perm("reports.view_flow", reads_its_team)
rules.add_perm("reports.save_scenario", sees_its_team)
rules.add_perm("reports.show_scenario", staffs_its_team)
rules.add_perm("reports.delete_scenario", staffs_its_team)
rules.add_perm("reports.edit_flow_inputs", staffs_its_team)
rules.add_perm("reports.view_roadmap", reads_its_team)
rules.add_perm("reports.edit_roadmap", staffs_its_team)
rules.add_perm("reports.use_tracker", staffs_its_team)
