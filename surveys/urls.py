from django.urls import path

from surveys import views

app_name = "surveys"

urlpatterns = [
    path("assessments/<uuid:assessment>/people/", views.participant_list, name="participant-list"),
    path("assessments/<uuid:assessment>/comments/", views.comment_list, name="comment-list"),
    path("assessments/<uuid:assessment>/answer/", views.answer_start, name="answer-start"),
    path("assessments/<uuid:assessment>/answer/check/", views.answer_review, name="answer-review"),
    path("assessments/<uuid:assessment>/answer/question/<str:question>/", views.answer_save, name="answer-save"),
    path("assessments/<uuid:assessment>/answer/comment/<str:practice>/", views.comment_save, name="comment-save"),
    path("assessments/<uuid:assessment>/answer/pages/<slug:stage>/", views.answer_section, name="answer-section"),
]
