"""The admin site's first page, accounts and roles, and the tables of django-q2 to look at."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import truncatechars
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
    """Accounts. A new one gets its roles at once; without the mark *staff* it could not log in."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "first_name", "last_name", "roles", "is_staff", "is_superuser", "last_login"]
    list_filter = ["groups", "is_staff", "is_superuser", "is_active"]
    add_fieldsets = [
        *(DjangoUserAdmin.add_fieldsets or ()),
        ("What the account may do", {"fields": ["is_staff", "groups"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @display(description="roles")
    def roles(self, user: User) -> str:
        return ", ".join(sorted(group.name for group in user.groups.all())) or "–"


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Roles."""


class TaskAdmin(BrowseAdmin):
    """Of the background tasks: to look at. What is to be done again is resumed on the page of its run."""

    #: The theme's list shows the newest first, by time: a task's key is a random text.
    ordering = ("-started",)


@admin.register(Schedule)
class ScheduleAdmin(BrowseAdmin):
    """As django-q2 keeps them. Made, and removed, on the page of schedules: here any function could be named."""

    list_display = ["name", "schedule_type", "next_run", "func"]


@admin.register(Success)
class SuccessAdmin(TaskAdmin):
    list_display = ["name", "group", "started", "stopped", "result"]


@admin.register(Failure)
class FailureAdmin(TaskAdmin):
    list_display = ["name", "group", "started", "stopped", "short_result", "attempt_count"]

    @display(description="result")
    def short_result(self, task: Failure) -> str:
        return truncatechars(str(task.result), 120)


@admin.register(OrmQ)
class QueueAdmin(BrowseAdmin):
    list_display = ["id", "name", "group", "lock"]
    fields = ["id", "name", "group", "func", "lock"]


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
