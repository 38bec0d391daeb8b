from django.urls import path

from surveys.views import answering, people

app_name = "surveys"

urlpatterns = [
    path("assessments/<uuid:assessment>/people/", people.participant_list, name="participant-list"),
    path("assessments/<uuid:assessment>/comments/", people.comment_list, name="comment-list"),
    path("assessments/<uuid:assessment>/answer/", answering.answer_start, name="answer-start"),
    path("assessments/<uuid:assessment>/answer/check/", answering.answer_review, name="answer-review"),
    path("assessments/<uuid:assessment>/answer/question/<str:question>/", answering.answer_save, name="answer-save"),
    path("assessments/<uuid:assessment>/answer/comment/<str:practice>/", answering.comment_save, name="comment-save"),
    path("assessments/<uuid:assessment>/answer/pages/<slug:stage>/", answering.answer_section, name="answer-section"),
]
