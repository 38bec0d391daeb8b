from django.urls import path

from surveys.views import answering, inviting, joining, people, privacy

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
]
