"""The admin site's first page, and the theme over the admins of Django and django-q2."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django_q import admin as django_q
from django_q.models import Failure, OrmQ, Schedule, Success
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from catalog.browse import BrowseAdmin

FLAGS = {1: "added", 2: "changed", 3: "deleted", 4: "looked"}
FLAG_LABELS = {"added": "success", "changed": "info", "deleted": "danger", "looked": "warning"}


admin.site.index_template = "migrator_site/dashboard.html"
admin.site.index_title = "Dashboard"

for model in (User, Group, Schedule, Success, Failure, OrmQ):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    pass


@admin.register(Schedule)
class ScheduleAdmin(django_q.ScheduleAdmin, ModelAdmin):
    pass


@admin.register(Success)
class SuccessAdmin(django_q.TaskAdmin, ModelAdmin):
    pass


@admin.register(Failure)
class FailureAdmin(django_q.FailAdmin, ModelAdmin):
    pass


@admin.register(OrmQ)
class QueueAdmin(django_q.QueueAdmin, ModelAdmin):
    pass


@admin.register(LogEntry)
class LogEntryAdmin(BrowseAdmin):
    """Who changed something here, and who was shown legacy values."""

    list_display = ["action_time", "user", "flag", "content_type", "object_repr", "change_message"]
    list_select_related = ["user", "content_type"]
    list_filter = ["user"]
    fields = ["action_time", "user", "flag", "content_type", "object_id", "object_repr", "change_message"]

    @display(description="action", label=FLAG_LABELS)
    def flag(self, entry: LogEntry) -> str:
        return FLAGS.get(entry.action_flag, str(entry.action_flag))
