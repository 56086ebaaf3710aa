"""The site is the admin."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from runs.admin.lookup import lookup
from runs.admin.report_page import report_page

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/lookup/", admin.site.admin_view(lookup), name="lookup"),
    path("admin/report/", admin.site.admin_view(report_page), name="report"),
    path("admin/", admin.site.urls),
]
