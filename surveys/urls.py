from django.urls import path

from surveys.views import answering, exchange, inviting, joining, people, privacy, trying, versions
from surveys.views.workshop import leading, paper, phone, preparing
from surveys.views.workshop import room as wall

app_name = "surveys"

urlpatterns = [
    path("assessments/<uuid:assessment>/people/", people.participant_list, name="participant-list"),
    path("assessments/<uuid:assessment>/people/invite/", inviting.invitation_add, name="invitation-add"),
    path("assessments/<uuid:assessment>/people/links/", inviting.invitation_list, name="invitation-list"),
    path("assessments/<uuid:assessment>/people/room/", inviting.room, name="room"),
    path("assessments/<uuid:assessment>/people/room/close/", inviting.room_close, name="room-close"),
    path("assessments/<uuid:assessment>/people/<uuid:seat>/link/", inviting.seat_link, name="seat-link"),
    path("assessments/<uuid:assessment>/people/<uuid:seat>/mail/", inviting.seat_mail, name="seat-mail"),
    path("assessments/<uuid:assessment>/people/<uuid:seat>/revoke/", inviting.seat_revoke, name="seat-revoke"),
    path("join/<str:token>/", joining.join, name="join"),
    path("device/<str:token>/", joining.join_device, name="join-device"),
    path("room/<str:token>/", joining.join_room, name="join-room"),
    path("stop/<str:token>/", joining.stop, name="stop"),
    path("assessments/<uuid:assessment>/answer/resume/", joining.resume, name="resume"),
    path("assessments/<uuid:assessment>/answer/device/", joining.device_link, name="device-link"),
    path("model-drafts/<uuid:draft>/try/", trying.draft_try, name="draft-try"),
    path("assessments/<uuid:assessment>/versions/", versions.version_list, name="version-list"),
    path("assessments/<uuid:assessment>/versions/<slug:version>/", versions.version_preview, name="version-preview"),
    path("assessments/<uuid:assessment>/answers-file/", exchange.answers_file, name="answers-file"),
    path(
        "assessments/<uuid:assessment>/answers-file/download/",
        exchange.answers_file_download,
        name="answers-file-download",
    ),
    path("assessments/<uuid:assessment>/comments/", people.comment_list, name="comment-list"),
    path("assessments/<uuid:assessment>/comments/release/", privacy.comment_release, name="comment-release"),
    path("assessments/<uuid:assessment>/people/names/", privacy.promise, name="promise"),
    path("assessments/<uuid:assessment>/answer/stored/", privacy.stored, name="stored"),
    path("assessments/<uuid:assessment>/answer/stored/download/", privacy.stored_download, name="stored-download"),
    path("assessments/<uuid:assessment>/answer/stored/delete/", privacy.stored_delete, name="stored-delete"),
    path("assessments/<uuid:assessment>/answer/", answering.answer_start, name="answer-start"),
    path("assessments/<uuid:assessment>/answer/check/", answering.answer_review, name="answer-review"),
    path("assessments/<uuid:assessment>/answer/question/<str:question>/", answering.answer_save, name="answer-save"),
    path("assessments/<uuid:assessment>/answer/comment/<str:practice>/", answering.comment_save, name="comment-save"),
    path("assessments/<uuid:assessment>/answer/wish/", answering.wish_save, name="wish-save"),
    path("assessments/<uuid:assessment>/answer/pages/<slug:stage>/", answering.answer_section, name="answer-section"),
    path("assessments/<uuid:assessment>/workshop/", leading.workshop_lead, name="workshop-lead"),
    path("assessments/<uuid:assessment>/workshop/prepare/", preparing.workshop_prepare, name="workshop-prepare"),
    path("assessments/<uuid:assessment>/workshop/agenda/", preparing.workshop_agenda, name="workshop-agenda"),
    path("assessments/<uuid:assessment>/workshop/settings/", preparing.workshop_settings, name="workshop-settings"),
    path("assessments/<uuid:assessment>/workshop/lead/", preparing.workshop_hand_over, name="workshop-hand-over"),
    path("assessments/<uuid:assessment>/workshop/watch/", leading.workshop_watch, name="workshop-watch"),
    path("assessments/<uuid:assessment>/workshop/step/", leading.workshop_step, name="workshop-step"),
    path(
        "assessments/<uuid:assessment>/workshop/settle/<str:practice>/",
        leading.workshop_settle,
        name="workshop-settle",
    ),
    path("assessments/<uuid:assessment>/workshop/note/", leading.workshop_note, name="workshop-note"),
    path("assessments/<uuid:assessment>/workshop/finish/", leading.workshop_finish, name="workshop-finish"),
    path("assessments/<uuid:assessment>/workshop/ballots/", paper.workshop_ballots, name="workshop-ballots"),
    path(
        "assessments/<uuid:assessment>/workshop/ballots/<uuid:ballot>/", paper.workshop_ballot, name="workshop-ballot"
    ),
    path("assessments/<uuid:assessment>/workshop/export/", paper.workshop_export, name="workshop-export"),
    path("assessments/<uuid:assessment>/workshop/import/", paper.workshop_import, name="workshop-import"),
    path("w/", phone.workshop_join, name="workshop-join"),
    path("w/<str:code>/", phone.workshop_enter, name="workshop-enter"),
    path("workshop/<uuid:workshop>/", phone.workshop_seat, name="workshop-seat"),
    path("workshop/<uuid:workshop>/watch/", phone.workshop_seat_watch, name="workshop-seat-watch"),
    path("workshop/<uuid:workshop>/vote/", phone.workshop_vote, name="workshop-vote"),
    path("workshop/<uuid:workshop>/device/", phone.workshop_device, name="workshop-device"),
    path("workshop/take/<str:token>/", phone.workshop_take, name="workshop-take"),
    path("workshop/screen/<str:token>/", wall.workshop_room, name="workshop-room"),
    path("workshop/screen/<str:token>/watch/", wall.workshop_room_watch, name="workshop-room-watch"),
]
