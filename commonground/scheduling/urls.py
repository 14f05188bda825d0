from django.urls import path

from . import views

urlpatterns = [
    path("diary/", views.diary, name="diary"),
    path("diary/day/", views.diary_day, name="diary_day"),
    path("diary/hours/", views.my_hours, name="my_hours"),
    path("diary/<uuid:pk>/hours/", views.hours, name="hours"),
    path("diary/<uuid:pk>/hours/<uuid:row>/", views.hours_row, name="hours_row"),
    path("diary/<uuid:pk>/hours/<uuid:row>/close/", views.hours_remove, name="hours_remove"),
    path("diary/<uuid:pk>/days/", views.other_day, name="other_day"),
    path("diary/<uuid:pk>/days/<uuid:row>/usual/", views.other_day_remove, name="other_day_remove"),
    path("diary/<uuid:pk>/rules/", views.rules, name="booking_rules"),
    path("diary/<uuid:pk>/away/", views.away, name="away"),
    path("diary/<uuid:pk>/away/<uuid:row>/back/", views.away_remove, name="away_remove"),
    path("practice/holidays/", views.holidays, name="holidays"),
    path("practice/holidays/<uuid:pk>/open/", views.holiday_remove, name="holiday_remove"),
    path("practice/rooms/", views.rooms, name="rooms"),
    path("practice/rooms/<uuid:pk>/", views.room, name="room"),
    path("practice/rooms/<uuid:pk>/remove/", views.room_remove, name="room_remove"),
    path("diary/calendars/", views.calendars, name="calendars"),
    path("diary/calendars/other/", views.calendar_follow, name="calendar_follow"),
    path("diary/calendars/online/", views.meet_online, name="meet_online"),
    path("appointments/<uuid:pk>/calendar.ics", views.calendar_entry, name="calendar_entry"),
    path("calendar/address/", views.feed_change, name="feed_change"),
    path("calendar/<str:token>.ics", views.feed, name="feed"),
    path("my/reminders/", views.my_reminders, name="my_reminders"),
    path("desk/", views.desk, name="desk"),
]
